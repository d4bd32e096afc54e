import type { TestModule } from 'vitest/node';
import { createVitest } from 'vitest/node';
import { optionsOf } from '../run/options.ts';
import { clausesOf } from './clauses.ts';
import { EXPORTED } from './exported.ts';
import { isOf, type PlacedClause } from './watched-table.ts';

/**
 * `npm run conditions`: runs the stores' contract suite once for each clause of each condition that a store writes under,
 * on a table that does not look at this one clause. Exit 1 with the clauses that no test would miss, and with those of
 * conditions.ts that no write had.
 */

optionsOf('npm run conditions', {});
let allMissed = false;
const vitest = await createVitest('test', {
  config: 'test/conditions/vitest.config.ts',
  watch: false,
});
try {
  const files = await vitest.globTestSpecifications();
  const whole = await run(files);
  const failed = whole.filter((module) => !module.ok());
  if (whole.length === 0 || failed.length > 0) {
    throw new Error(`The suite has to pass first: ${failed.map(({ moduleId }) => moduleId)}`);
  }
  const seenIn = placesIn(whole);
  const unmissed: PlacedClause[] = [];
  for (const [missing, modules] of seenIn) {
    vitest.provide('missing', missing);
    const wherever = files.filter(({ moduleId }) => modules.has(moduleId));
    if ((await run(wherever)).every((module) => module.ok())) unmissed.push(missing);
  }
  const unseen = neverSeen([...seenIn.keys()]);
  console.log(`${seenIn.size} clauses of conditions, ${unmissed.length} that no test misses`);
  for (const missing of unmissed) console.log(`  ${missing}`);
  for (const name of unseen) console.log(`  ${name} of conditions.ts: no write has it`);
  allMissed = unmissed.length === 0 && unseen.length === 0;
} finally {
  await vitest.close();
  // Vitest counts each test that failed, as they should without a clause.
  process.exitCode = allMissed ? 0 : 1;
}

async function run(
  specifications: Parameters<typeof vitest.runTestSpecifications>[0],
): Promise<readonly TestModule[]> {
  return (await vitest.runTestSpecifications(specifications)).testModules;
}

/** Each clause in its place, with the test files whose tests wrote under it. */
function placesIn(modules: readonly TestModule[]): ReadonlyMap<PlacedClause, Set<string>> {
  const places = new Map<PlacedClause, Set<string>>();
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      for (const place of test.meta().seen ?? []) {
        places.set(place, (places.get(place) ?? new Set()).add(module.moduleId));
      }
    }
  }
  return places;
}

/** Names of clauses whose parts are in no condition that was seen. */
function neverSeen(places: readonly PlacedClause[]): readonly string[] {
  return Object.values(EXPORTED)
    .filter(({ expression }) =>
      clausesOf(expression).some(({ text }) => !places.some((place) => isOf(place, text))),
    )
    .map(({ name }) => name);
}
