import { broughtBy, type LockFile, type Manifest, nameOf, roomsNaming } from './packages.ts';
import type { FactTable } from './tables.ts';

/** The tables of docs/dependencies.md. */

const NONE_STATED = 'none stated';

/** Licences whose packages we take unseen: all that they ask is that their notice is kept. */
const TAKEN: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/** Whether a licence, or one of those between which it gives the choice, is among the taken ones. */
export function isTaken(license: string | undefined): boolean {
  const choices = license?.replace(/^\((.*)\)$/, '$1').split(' OR ') ?? [];
  return choices.some((choice) => choice.split(' AND ').every((part) => TAKEN.includes(part)));
}

/** Of a package that is named in package.json, or in that of a workspace. */
function licenceOf(lock: LockFile, name: string): string {
  const found = Object.entries(lock).find(([folder]) => nameOf(folder) === name);
  return (lock[`node_modules/${name}`] ?? found?.[1])?.license ?? NONE_STATED;
}

const byName = <T>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

export function dependencyTables(manifest: Manifest, lock: LockFile): readonly FactTable[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const facts = (group: Manifest['dependencies'], more: (name: string) => readonly string[]) =>
    byName(
      Object.entries(group).map(([name, version]) => [
        name,
        [version, licenceOf(lock, name), ...more(name)],
      ]),
    );
  const shipped = Object.entries(lock).filter(([, { dev }]) => !dev);
  const argued = shipped.filter(([, { license }]) => !isTaken(license));
  const scripts = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript);
  return [
    { heading: 'Counted', facts: counted(manifest, lock) },
    {
      heading: 'What runs',
      facts: facts(dependencies, (name) => [
        String(broughtBy(lock, name).size),
        roomsNaming(name).join(', '),
      ]),
    },
    { heading: 'Binaries for each machine', facts: facts(optionalDependencies, () => []) },
    { heading: 'For development', facts: facts(devDependencies, () => []) },
    { heading: 'Licences of what runs', facts: licences(shipped) },
    {
      heading: 'Argued one by one',
      facts: byName(
        argued.map(([folder, { version, license }]) => [
          nameOf(folder),
          [version, license ?? NONE_STATED],
        ]),
      ),
    },
    {
      heading: 'Install scripts',
      facts: byName(scripts.map(([folder, { version }]) => [nameOf(folder), [version]])),
    },
  ];
}

function counted(manifest: Manifest, lock: LockFile): FactTable['facts'] {
  const packages = Object.values(lock);
  const number = (group: object, all: readonly unknown[]) => [
    String(Object.keys(group).length),
    String(all.length),
  ];
  return new Map([
    [
      'dependencies',
      number(
        manifest.dependencies,
        packages.filter(({ dev, optional }) => !dev && !optional),
      ),
    ],
    [
      'optionalDependencies',
      number(
        manifest.optionalDependencies,
        packages.filter(({ dev, optional }) => !dev && optional),
      ),
    ],
    [
      'devDependencies',
      number(
        manifest.devDependencies,
        packages.filter(({ dev }) => dev),
      ),
    ],
  ]);
}

/** How many packages are under each licence, as they state it; those that are argued one by one left out. */
function licences(shipped: readonly (readonly [string, LockFile[string]])[]): FactTable['facts'] {
  const counts = new Map<string, number>();
  for (const [, { license }] of shipped) {
    if (license === undefined || !isTaken(license)) continue;
    counts.set(license, (counts.get(license) ?? 0) + 1);
  }
  return byName([...counts].map(([license, count]) => [license, [String(count)]]));
}
