import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { FIRST_CHANGE_PAGE } from './markdown.ts';
import { changesOf, make } from './walkthrough.ts';

/** The page that walks through a first change is followed to the letter, in a copy of the sources. */

const REPOSITORY = join(import.meta.dirname, '../..');
const changes = changesOf(FIRST_CHANGE_PAGE);
const ASKED_FOR = JOB_TYPES.filter((type) => type !== 'scheduled_sync_and_suggest');
/** The tests that the page adds or changes, and those that may miss the new type: but what only a measurement can tell. */
const TESTS = [
  ...new Set([
    ...changes.map(({ path }) => path).filter((path) => path.endsWith('.test.ts')),
    ...globSync('test/**/*.test.ts', { cwd: REPOSITORY }).filter(mayMissTheType),
  ]),
];

/** One that goes over all types, by the list or by their names, or that has the new one's name for something of its own. */
function mayMissTheType(path: string): boolean {
  if (path.endsWith('.e2e.test.ts')) return false;
  const text = readFileSync(join(REPOSITORY, path), 'utf8');
  return (
    /\bJOB_TYPES\b|\bsuggestions_clear\b/.test(text) ||
    ASKED_FOR.every((type) => text.includes(type))
  );
}

let copy: string;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'first-change-'));
  // What lies about here of earlier runs, and what is installed, is no source.
  const sources = readdirSync(REPOSITORY).filter(
    (name) => !name.startsWith('.') && !['cdk.out', 'reports'].includes(name),
  );
  for (const name of sources) {
    cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true, filter: isSource });
  }
  for (const packages of ['node_modules', 'generators/node_modules']) {
    symlinkSync(join(REPOSITORY, packages), join(copy, packages));
  }
  for (const change of changes) make(change, copy);
  await run('generators/client-types.ts');
  await run('docs/generate-reference.ts');
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

const isSource = (path: string) => basename(path) !== 'node_modules';

/** Runs a program of the copy in it. @throws Error with what it printed, when it ends with another code than 0. */
async function run(program: string, ...args: readonly string[]): Promise<void> {
  const { TEST_RUN_FOLDER: _ours, VITEST: _inside, ...env } = process.env;
  await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: copy,
    env,
  }).catch((error) => {
    throw new Error(`${program} ended with ${error.code}:\n${error.stdout}\n${error.stderr}`);
  });
}

describe('the first change', () => {
  it('passes the linter and the compiler', async () => {
    const files = changes.map(({ path }) => path).filter((path) => path.endsWith('.ts'));
    await run('node_modules/@biomejs/biome/bin/biome', 'ci', '--vcs-enabled=false', ...files);
    await run('node_modules/typescript/bin/tsc', '--noEmit');
  });

  it('passes its tests, and those that may miss the new type', async () => {
    const written = join(copy, 'report.json');
    await run(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=json',
      `--outputFile=${written}`,
      ...TESTS,
    );
    const report = JSON.parse(readFileSync(written, 'utf8'));
    expect(report.testResults.map(({ name }: { name: string }) => name)).toHaveLength(TESTS.length);
    expect(report).toMatchObject({ success: true, numPendingTests: 0 });
  });
});
