import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { optionsOf } from '../run/options.ts';
import { parseDefinition } from './aws/states-language.ts';
import { type Simulated, simulate } from './simulate.ts';
import { synthesizedDefinition } from './workflow-definition.ts';

/**
 * `npm run simulate -- --seeds N [--first S] [--until-violation]`, or `-- --seed S` to see one step by step. Exit 1 on a
 * violation.
 */

const USAGE = 'npm run simulate -- --seeds N [--first S] [--until-violation], or -- --seed S';
/** Seeds that a worker takes at a time. */
const BATCH = 100;
/** Violations that are told one by one. */
const SHOWN = 20;

const { values } = optionsOf(USAGE, {
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    'until-violation': { type: 'boolean', default: false },
  },
});
const definition = synthesizedDefinition();

if (values.seed === undefined) {
  await many(wholeNumber('seeds', values.seeds), wholeNumber('first', values.first));
} else {
  await one(wholeNumber('seed', values.seed));
}

async function one(seed: number): Promise<void> {
  const { violation, minutes, ends } = await simulate(
    seed,
    parseDefinition(definition),
    console.log,
  );
  console.log(`seed ${seed}: ${minutes.toFixed(0)} virtual minutes, ${told(ends)}`);
  if (violation === undefined) return;
  console.log(`violation: ${violation}`);
  process.exitCode = 1;
}

async function many(seeds: number, first: number): Promise<void> {
  const started = performance.now();
  const ends: Record<string, number> = {};
  const violations: Simulated[] = [];
  let minutes = 0;
  let next = first;
  const batches = () => {
    const from = next;
    const enough = values['until-violation'] && violations.length > 0;
    next = enough ? from : Math.min(from + BATCH, first + seeds);
    return { from, to: next };
  };
  const workers = Array.from({ length: availableParallelism() }, () =>
    simulated(definition, batches, (result) => {
      minutes += result.minutes;
      for (const [status, count] of Object.entries(result.ends)) {
        ends[status] = (ends[status] ?? 0) + count;
      }
      if (result.violation !== undefined) violations.push(result);
    }),
  );
  await Promise.all(workers);
  const seconds = (performance.now() - started) / 1000;
  const years = minutes / (60 * 24 * 365);
  console.log(
    `${seeds} seeds in ${seconds.toFixed(1)} s: ${years.toFixed(1)} virtual years, ${told(ends)}, ${violations.length} violations`,
  );
  violations.sort((a, b) => a.seed - b.seed);
  for (const { seed, violation } of violations.slice(0, SHOWN)) {
    console.log(`seed ${seed}: ${violation}`);
  }
  if (violations.length === 0) return;
  console.log(`To see one step by step: npm run simulate -- --seed ${violations[0]?.seed}`);
  process.exitCode = 1;
}

/** One worker's share of the seeds. */
function simulated(
  workflow: string,
  batches: () => { readonly from: number; readonly to: number },
  onResult: (result: Simulated) => void,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: workflow });
  return new Promise((resolve, reject) => {
    const sendNext = () => {
      const batch = batches();
      if (batch.from < batch.to) worker.postMessage(batch);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (results: readonly Simulated[]) => {
      for (const result of results) onResult(result);
      sendNext();
    });
    worker.once('error', reject);
    sendNext();
  });
}

function told(ends: Readonly<Record<string, number>>): string {
  const all = Object.values(ends).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(ends).map(([status, count]) => `${count} ${status}`);
  return `${all} jobs (${parts.sort().join(', ')})`;
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0 && number < 2 ** 31) return number;
  console.error(`--${option} takes a whole number from 1 to ${2 ** 31 - 1}: ${USAGE}`);
  process.exit(2);
}
