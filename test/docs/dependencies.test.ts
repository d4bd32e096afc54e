import { describe, expect, it } from 'vitest';
import { dependencyTables, isTaken } from '../../docs/dependency-tables.ts';
import {
  broughtBy,
  importedBy,
  type LockedPackage,
  type LockFile,
  type Manifest,
  ROOMS,
  readLockFile,
  readManifest,
  roomsNaming,
  sourcesOf,
} from '../../docs/packages.ts';
import { unwritten, withFacts } from '../../docs/tables.ts';
import { DEPENDENCIES_PAGE, README, rowsOf } from './markdown.ts';

/** The page of the dependencies says what package.json and the lock file say, and why; both keep to its rules. */

const manifest = readManifest();
const lock = readLockFile();

const written = (by: Manifest, from: LockFile) =>
  dependencyTables(by, from).reduce(withFacts, DEPENDENCIES_PAGE);

const locked = (more: Partial<LockedPackage>): LockedPackage => ({
  version: '1.2.3',
  license: 'MIT',
  integrity: 'sha512-',
  inBundle: false,
  dev: false,
  optional: false,
  hasInstallScript: false,
  dependencies: {},
  optionalDependencies: {},
  peerDependencies: {},
  peerDependenciesMeta: {},
  ...more,
});

describe('the page of the dependencies', () => {
  it('has the versions, licences and counts of the lock file, and a reason for each row', () => {
    expect(written(manifest, lock)).toBe(DEPENDENCIES_PAGE);
    expect(unwritten(DEPENDENCIES_PAGE)).toEqual([]);
  });

  it.each(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))(
    'names %s',
    (name) => {
      expect(rowsOf(DEPENDENCIES_PAGE).get(`\`${name}\``)).toBeDefined();
    },
  );

  it('wants a reason for a new dependency, and shows the facts to think about', () => {
    const page = written(
      { ...manifest, dependencies: { ...manifest.dependencies, 'left-pad': '1.2.3' } },
      { ...lock, 'node_modules/left-pad': locked({ dependencies: { zod: '*' } }) },
    );
    expect(page).toContain('| `left-pad` | 1.2.3 | MIT | 1 |  |  |');
    expect(unwritten(page)).toEqual(['left-pad']);
  });

  it('wants one for a package with a licence that nobody has looked at, however deep it lies', () => {
    const deep = { 'node_modules/zod/node_modules/deep': locked({ license: 'GPL-2.0-only' }) };
    expect(unwritten(written(manifest, { ...lock, ...deep }))).toEqual(['deep']);
  });

  it('wants one for a choice of licences that is new', () => {
    const choice = { 'node_modules/choice': locked({ license: '(MIT OR WTFPL)' }) };
    expect(unwritten(written(manifest, { ...lock, ...choice }))).toEqual(['(MIT OR WTFPL)']);
  });

  it('wants one for a package that would run code while it is installed', () => {
    const eager = { 'node_modules/eager': locked({ dev: true, hasInstallScript: true }) };
    expect(unwritten(written(manifest, { ...lock, ...eager }))).toEqual(['eager']);
  });

  it('does not ask for licences of what only developers run', () => {
    const tool = { 'node_modules/tool': locked({ dev: true, license: 'GPL-2.0-only' }) };
    expect(unwritten(written(manifest, { ...lock, ...tool }))).toEqual([]);
  });

  it('drops the row of a dependency that is gone', () => {
    const { croner: _gone, ...dependencies } = manifest.dependencies;
    expect(written({ ...manifest, dependencies }, lock)).not.toContain('| `croner` |');
  });
});

describe('a licence', () => {
  it.each([
    ['MIT', true],
    ['(GPL-3.0-only OR ISC)', true],
    ['Apache-2.0 AND BSD-3-Clause', true],
    ['Apache-2.0 AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE.md', false],
    [undefined, false],
  ])('%s is taken unseen: %s', (license, taken) => {
    expect(isTaken(license)).toBe(taken);
  });
});

describe('what a package brings along', () => {
  it('is found in its own folder first, through peers, and once', () => {
    const tree: LockFile = {
      'node_modules/a': locked({ dependencies: { b: '1' }, peerDependencies: { c: '1' } }),
      'node_modules/a/node_modules/b': locked({ dependencies: { c: '1' } }),
      'node_modules/b': locked({ dependencies: { d: '1' } }),
      'node_modules/c': locked({ dependencies: { a: '1', gone: '1' } }),
      'node_modules/d': locked({}),
    };
    expect([...broughtBy(tree, 'a')].sort()).toEqual([
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  it('leaves out peers that it can do without', () => {
    const peerDependenciesMeta = { b: { optional: true } };
    const tree: LockFile = {
      'node_modules/a': locked({ peerDependencies: { b: '1' }, peerDependenciesMeta }),
      'node_modules/b': locked({}),
    };
    expect(broughtBy(tree, 'a').size).toBe(0);
  });
});

describe('what a file loads', () => {
  it.each([
    ["import { z } from 'zod';", ['zod']],
    ["import {\n  a,\n  type B,\n} from '@scope/name/inner';", ['@scope/name']],
    ["import 'zod';", ['zod']],
    ["export * from 'zod';", ['zod']],
    ["const { parse } = await import('csv-parse/sync');", ['csv-parse']],
    ["import type { Context } from 'aws-lambda';", []],
    ["import { join } from 'node:path';\nimport { a } from './a.ts';", []],
  ])('is found in %j', (text, names) => {
    expect(importedBy(text)).toEqual(names);
  });
});

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;

  it.each(
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides }),
  )('names one version of %s alone: %s', (_name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(ROOMS)('has in dependencies whatever %s loads, since users run it', (room) => {
    const loaded = [...sourcesOf(room)].flatMap(([path, text]) =>
      importedBy(text).map((name) => ({ path, name })),
    );
    expect(loaded).not.toEqual([]);
    expect(loaded.filter(({ name }) => dependencies[name] === undefined)).toEqual([]);
  });

  it.each([...ROOMS, 'test', 'bench', 'trials', 'docs'])(
    'names whatever %s has types from, or loads: others may bring it in another version, or no more',
    (room) => {
      const named = { ...dependencies, ...devDependencies };
      const known = [...sourcesOf(room)].flatMap(([path, text]) =>
        importedBy(text.replaceAll(/^import type /gm, 'import ')).map((name) => ({ path, name })),
      );
      expect(known).not.toEqual([]);
      expect(known.filter(({ name }) => !(name in named) && !(`@types/${name}` in named))).toEqual(
        [],
      );
    },
  );

  it.each(Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-')))(
    "brings along a Node that knows a household's authority: %s %s",
    (_name, version) => {
      // tls.setDefaultCACertificates came with 24.5.0.
      expect(version.localeCompare('24.5.0', 'en', { numeric: true })).toBeGreaterThan(0);
    },
  );

  it('has no dependency that none of them names', () => {
    const unused = Object.keys(dependencies).filter((name) => roomsNaming(name).length === 0);
    expect(unused).toEqual([]);
  });
});

it("the README says which version of Actual's library opens budgets", () => {
  expect(README).toContain(`library, version ${manifest.dependencies['@actual-app/api']}.`);
});

describe('the lock file', () => {
  /** Packages whose registry entry was not to be had where the lock file was written; the page says so. */
  const WITHOUT_HASH = ['darwin-arm64', 'darwin-x64', 'linux-arm64'].map(
    (machine) => `node_modules/@dynoxide/${machine}`,
  );

  it('says nowhere where a package was fetched', () => {
    expect(Object.entries(lock).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('has the hash of every package', () => {
    const without = Object.entries(lock)
      .filter(([, { integrity, inBundle }]) => integrity === undefined && !inBundle)
      .map(([folder]) => folder);
    expect(without).toEqual(WITHOUT_HASH);
  });
});
