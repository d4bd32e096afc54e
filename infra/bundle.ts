import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * The functions' assets: each handler bundled into one file by one run of esbuild, and beside the workers' bundles
 * the few files of Actual's library that are read at run time.
 */

const HANDLERS = join(import.meta.dirname, '../functions/handlers');

/** Packages that read files beside themselves, so they cannot be part of a bundle. */
const COPIED = ['@actual-app/api', 'better-sqlite3'];

/**
 * Lambda hands credentials out in the environment, so the SDK's other ways to find some are never taken; each is
 * loaded when it is, and all of them would be a quarter of every bundle.
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

export interface BundleOptions {
  /** Their names, which are those of files in functions/handlers without the ending, unless `files` says otherwise. */
  readonly handlers: readonly string[];
  /** Files by the name of the handler. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those among them that open budgets. */
  readonly workers: readonly string[];
  /** Folder for the assets, one subfolder a handler; emptied first. */
  readonly outdir: string;
  /** Says which sources there are: bundles that were made of the same ones are used again. Without it they never are. */
  readonly madeOf?: string | undefined;
}

/** Says beside the bundles what they were made of; absent while they are being made. */
const MADE_OF = 'made-of';

/** Writes `<outdir>/<handler>/index.cjs` for each handler, in well under a second. */
export async function bundleHandlers(options: BundleOptions): Promise<void> {
  const { madeOf, files = {} } = options;
  const mark = join(options.outdir, MADE_OF);
  const made = `${madeOf} ${JSON.stringify(files)}`;
  if (madeOf !== undefined && existsSync(mark) && readFileSync(mark, 'utf8') === made) return;
  rmSync(options.outdir, { recursive: true, force: true });
  await build({
    entryPoints: options.handlers.map((name) => ({
      in: join(HANDLERS, `${files[name] ?? name}.ts`),
      out: join(name, 'index'),
    })),
    outdir: options.outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Says what it is wherever it lies: `.js` would be read by the rules of the next package.json above it.
    outExtension: { '.js': '.cjs' },
    mainFields: ['module', 'main'],
    external: [...COPIED, ...OTHER_CREDENTIALS],
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const worker of options.workers) copyActual(join(options.outdir, worker, 'node_modules'));
  if (madeOf !== undefined) writeFileSync(mark, made);
}

/** What Actual's library needs at run time, and the native binaries for Lambda and for this machine. */
function copyActual(target: string): void {
  const api = packageFolder('@actual-app/api');
  const sqlite = packageFolder('better-sqlite3');
  const files = [
    ...['package.json', 'dist/index.js', 'dist/default-db.sqlite', 'dist/migrations'].map(
      (file) => [api, '@actual-app/api', file] as const,
    ),
    ...['package.json', 'lib', ...nativeBinaries()].map(
      (file) => [sqlite, 'better-sqlite3', file] as const,
    ),
  ];
  for (const [from, name, file] of files) {
    const to = join(target, name, file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(from, file), to, { recursive: true });
  }
}

/** Lambda runs on arm64 here (infra/functions.ts); the local stack on whatever this machine is. */
function nativeBinaries(): readonly string[] {
  const targets = new Set(['linux-arm64', `${process.platform}-${process.arch}`]);
  return [...targets].map((target) => `prebuilds/${target}.node`);
}

function packageFolder(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (nameIn(folder) !== name) folder = dirname(folder);
  return folder;
}

function nameIn(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  } catch {
    return undefined;
  }
}
