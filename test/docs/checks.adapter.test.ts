import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What stands for all that CI looks at: a step that fell out of it, or says yes to everything, would be missed by nobody. */

const REPOSITORY = join(import.meta.dirname, '../..');
const text = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');
const { scripts } = JSON.parse(text('package.json'));

/** Scripts that write a file, and a file that each of them writes. */
const WRITERS: Readonly<Record<string, string>> = {
  'docs/generate-failures.ts': 'docs/failures.md',
  'docs/generate-dependencies.ts': 'docs/dependencies.md',
  'docs/generate-configuration.ts': 'docs/configuration.schema.json',
  'docs/generate-reference.ts': 'docs/reference.md',
  'bench/generate-page.ts': 'docs/performance.md',
  'generators/client-types.ts': 'client/schema.ts',
};

const COPIED = ['bench', 'client', 'docs', 'functions', 'generators', 'infra', 'local', 'operate'];
const MORE_COPIED = ['test', 'package.json', 'package-lock.json'];
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'checks-'));
  const filter = (path: string) => !path.includes('node_modules');
  for (const name of [...COPIED, ...MORE_COPIED]) {
    cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true, filter });
  }
  for (const packages of ['node_modules', 'generators/node_modules']) {
    symlinkSync(join(REPOSITORY, packages), join(copy, packages));
  }
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Without the last of its rows, or lines: some pages have sentences of people around what is written by a script. */
function spoilt(page: string): string {
  const lines = page.trimEnd().split('\n');
  const row = lines.findLastIndex((line) => line.startsWith('| `'));
  return lines.filter((_line, index) => index !== (row === -1 ? lines.length - 1 : row)).join('\n');
}

function run(script: string): Promise<readonly [code: number, complaint: string]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(copy, script), '--check'], (error, _said, complaint) =>
      resolve([error === null ? 0 : Number(error.code), complaint]),
    );
  });
}

describe('npm run check', () => {
  it('lints, compiles, and looks at each file that is written by a script', () => {
    const steps: readonly string[] = scripts.check.split(' && ');
    expect(steps).toEqual([
      'biome ci .',
      'tsc --noEmit',
      'node docs/generate.ts --check',
      'node generators/client-types.ts --check',
    ]);
    const there = globSync(['{docs,bench}/generate-*.ts', 'generators/*.ts'], { cwd: REPOSITORY });
    expect(there.sort()).toEqual(Object.keys(WRITERS).sort());
  });

  it.each(Object.entries(WRITERS))('%s notices that %s is another', async (script, file) => {
    const other = spoilt(readFileSync(join(copy, file), 'utf8'));
    writeFileSync(join(copy, file), other);
    const [code, complaint] = await run(script);
    expect(code).toBe(1);
    expect(complaint).toContain(`${file} is not up to date`);
    expect(readFileSync(join(copy, file), 'utf8')).toBe(other);
  });

  it('names each page that is another, not the first alone', async () => {
    const pages = Object.values(WRITERS).filter((file) => file !== 'client/schema.ts');
    for (const page of pages) {
      writeFileSync(join(copy, page), spoilt(readFileSync(join(copy, page), 'utf8')));
    }
    const [code, complaint] = await run('docs/generate.ts');
    expect(code).toBe(1);
    expect(pages.filter((page) => !complaint.includes(`${page} is not up to date`))).toEqual([]);
  });

  it('says of a file that is not there how it is made', async () => {
    const file = join(copy, 'docs/configuration.schema.json');
    const page = readFileSync(file);
    rmSync(file);
    expect(await run('docs/generate-configuration.ts')).toEqual([
      1,
      'docs/configuration.schema.json is not up to date: run `npm run docs`.\n',
    ]);
    writeFileSync(file, page);
  });
});

it('CI installs, checks and tests, and ends with the first of them that fails', () => {
  const lines = text('.ci/run')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'set -euo pipefail',
    'cd "$(dirname "$0")/.."',
    'npm ci',
    'npm run check',
    'npm test',
  ]);
  expect(scripts.test).toBe("vitest run --project '!long'");
});

it('no script of a package is run when it is installed, and the lock file names no host', () => {
  expect(text('.npmrc').split('\n')).toEqual(
    expect.arrayContaining(['ignore-scripts=true', 'omit-lockfile-registry-resolved=true']),
  );
});

it('npm looks for no newer npm: whoever starts a service does not have it call a registry', () => {
  expect(text('.npmrc').split('\n')).toContain('update-notifier=false');
});
