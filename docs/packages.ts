import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What npm installs for this project, read from package.json and package-lock.json: their packages, licences, and who needs what. */

const REPOSITORY = join(import.meta.dirname, '..');

const Names = z.record(z.string(), z.string()).default({});

const Manifest = z.object({
  scripts: Names,
  workspaces: z.array(z.string()).default([]),
  dependencies: Names,
  devDependencies: Names,
  optionalDependencies: Names,
  overrides: Names,
});
export type Manifest = z.infer<typeof Manifest>;

const LockedPackage = z.object({
  version: z.string(),
  license: z.string().optional(),
  /** Where it was fetched. */
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  /** Comes inside the package that needs it, and so with that one's hash. */
  inBundle: z.boolean().default(false),
  /** Needed by development alone. */
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z
    .record(z.string(), z.object({ optional: z.boolean().default(false) }))
    .default({}),
});
export type LockedPackage = z.infer<typeof LockedPackage>;

/** Packages by the folder that they are installed in, from the repository; the project's own left out. */
export type LockFile = Readonly<Record<string, LockedPackage>>;

const FOLDER = 'node_modules/';

const read = (path: string): unknown => JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8'));

/** The package.json of the project; what only its workspaces develop with is among its devDependencies. */
export function readManifest(): Manifest {
  const own = Manifest.parse(read('package.json'));
  const workspaces = own.workspaces.map((folder) =>
    Manifest.parse(read(join(folder, 'package.json'))),
  );
  const theirs = workspaces.flatMap(({ devDependencies }) => Object.entries(devDependencies));
  return { ...own, devDependencies: { ...Object.fromEntries(theirs), ...own.devDependencies } };
}

export function readLockFile(): LockFile {
  const { packages } = z
    .object({ packages: z.record(z.string(), z.unknown()) })
    .parse(read('package-lock.json'));
  const installed = Object.entries(packages).filter(
    ([folder, entry]) => folder.includes(FOLDER) && !('link' in Object(entry)),
  );
  return z.record(z.string(), LockedPackage).parse(Object.fromEntries(installed));
}

/** A package's name by the folder that it is installed in. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
}

/**
 * Folders of all packages that a package of package.json brings along, itself left out, found as Node finds them: in the
 * package's own folder, then in those around it. Packages for other machines count too.
 */
export function broughtBy(lock: LockFile, name: string): ReadonlySet<string> {
  const start = FOLDER + name;
  const found = new Set<string>();
  const waiting = [start];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const needed of neededBy(lock[folder])) {
      const there = lookUp(lock, folder, needed);
      if (there === undefined || there === start || found.has(there)) continue;
      found.add(there);
      waiting.push(there);
    }
  }
  return found;
}

function neededBy(locked: LockedPackage | undefined): readonly string[] {
  if (locked === undefined) return [];
  const peers = Object.keys(locked.peerDependencies).filter(
    (name) => locked.peerDependenciesMeta[name]?.optional !== true,
  );
  return [...Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }), ...peers];
}

function lookUp(lock: LockFile, from: string, name: string): string | undefined {
  for (let around = from; ; around = around.slice(0, around.lastIndexOf(`/${FOLDER}`))) {
    const folder = `${around}/${FOLDER}${name}`;
    if (folder in lock) return folder;
    if (!around.includes(`/${FOLDER}`)) break;
  }
  return FOLDER + name in lock ? FOLDER + name : undefined;
}

/** Folders of what runs for users: on AWS, or by a command that they give. The others hold what only developers run. */
export const ROOMS = ['functions', 'infra', 'client', 'local', 'operate'] as const;

/** Text of each source file of a room, by its path. */
export function sourcesOf(room: string): ReadonlyMap<string, string> {
  const paths = globSync(`${room}/**/*.{ts,mjs}`, { cwd: REPOSITORY });
  return new Map(paths.map((path) => [path, readFileSync(join(REPOSITORY, path), 'utf8')]));
}

/** The rooms in which a file names the package: where it imports it, or looks up where it lies. */
export function roomsNaming(name: string): readonly string[] {
  return ROOMS.filter((room) =>
    [...sourcesOf(room).values()].some(
      (text) => text.includes(`'${name}'`) || text.includes(`'${name}/`),
    ),
  );
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, and `import` as a call. */
const IMPORT =
  /^(?:import|export)(?! type\b)[^;']* from '([^'.][^']*)'|^import '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm;

/** Names of the packages that a source file loads; what it knows of them for its types alone does not count. */
export function importedBy(text: string): readonly string[] {
  return [...text.matchAll(IMPORT)]
    .map(([, stated = '', bare = '', called = '']) => stated || bare || called)
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => {
      const [scope = '', name = ''] = specifier.split('/');
      return scope.startsWith('@') ? `${scope}/${name}` : scope;
    });
}
