import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { optionsOf } from '../run/options.ts';
import { type Baseline, judged, type Mutant } from './baseline.ts';

/**
 * `npm run mutation -- [FILE …] [--update]`: changes the source of the domain, the use cases and the steps in every way
 * that Stryker knows, one change at a time, and sees whether their tests notice. Exit 1 when too few are noticed.
 */

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const USAGE = 'npm run mutation -- [FILE …] [--update]';
const EVERYTHING = 'functions/{domain,jobs,steps}/**/*.ts';
/** What the tests do not need a copy of. */
const NOT_COPIED = ['bench', 'docs', 'infra', 'local', 'operate', 'trials', 'test/e2e'];
const BASELINE = join(import.meta.dirname, 'baseline.json');

const { values, positionals } = optionsOf(USAGE, {
  options: { update: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** As they are now: a run takes long, and somebody may go on working. */
const sources = new Map(
  globSync(EVERYTHING).map((file) => [resolve(file), readFileSync(file, 'utf8').split('\n')]),
);
const before: Baseline = JSON.parse(await readFile(BASELINE, 'utf8'));
const mutants = await run(positionals.length === 0 ? [EVERYTHING] : positionals);
const { baseline, survivors, complaints } = judged(mutants, before);
for (const { file, line, original, replacement } of survivors) {
  console.log(`${file}: ${line}\n    ${original}\n    ${replacement}`);
}
if (values.update) await writeFile(BASELINE, `${JSON.stringify(baseline, null, 2)}\n`);
for (const complaint of complaints) console.log(complaint);
console.log(
  `${mutants.length} mutants, ${survivors.length} not noticed; score ${baseline.score} %`,
);
if (complaints.length > 0) process.exitCode = 1;

async function run(mutate: readonly string[]): Promise<readonly Mutant[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mutation-'));
  try {
    const stryker = new Stryker({
      mutate: [...mutate],
      testRunner: 'vitest',
      vitest: { configFile: 'test/mutation/vitest.config.ts' },
      plugins: ['@stryker-mutator/vitest-runner'],
      reporters: ['progress-append-only'],
      tempDirName: folder,
      // There is none for it to rewrite: it would ask a compiler that TypeScript 7 does not have.
      tsconfigFile: 'none',
      concurrency: availableParallelism(),
      ignorePatterns: NOT_COPIED.map((path) => `/${path}`),
      // A mutant that never ends is noticed by the number of its rounds; the clock is for a machine that is busy.
      timeoutMS: 60_000,
    });
    return (await stryker.runMutationTest()).map(mutantOf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function mutantOf({ fileName, location, ...result }: MutantResult): Mutant {
  const lines = sources.get(fileName) ?? [];
  const { start, end } = location;
  const [first = '', ...others] = lines.slice(start.line - 1, end.line);
  const last = others.at(-1);
  const original =
    last === undefined
      ? first.slice(start.column - 1, end.column - 1)
      : [first.slice(start.column - 1), ...others.slice(0, -1), last.slice(0, end.column - 1)]
          .map((line) => line.trim())
          .join(' ');
  return {
    file: relative(process.cwd(), fileName),
    line: first.trim(),
    original,
    replacement: result.replacement.replaceAll(/\s+/g, ' '),
    noticed: noticed(result.status),
  };
}

function noticed(status: MutantResult['status']): boolean | undefined {
  switch (status) {
    case 'Killed':
    case 'Timeout':
      return true;
    case 'Survived':
    case 'NoCoverage':
      return false;
    case 'CompileError':
    case 'RuntimeError':
    case 'Ignored':
    case 'Pending':
      return undefined;
  }
}
