import { readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { bundleHandlers } from '../../infra/bundle.ts';
import { API_FUNCTIONS, type ApiFunction, nameOf } from './functions.ts';

/** The API functions as they are deployed, and the same code file by file with its packages as they are installed. */

const ROOT = join(import.meta.dirname, '../..');
const HOME = join(ROOT, '.bench/api');
const BUNDLES = join(HOME, 'bundles');
const UNBUNDLED = join(HOME, 'unbundled');

export async function makeBundles(): Promise<void> {
  await bundleHandlers({ handlers: API_FUNCTIONS.map(nameOf), workers: [], outdir: BUNDLES });
  await compileEach();
}

export function bundleOf(key: ApiFunction): string {
  return join(BUNDLES, nameOf(key), 'index.cjs');
}

export function bytesOf(key: ApiFunction): number {
  return statSync(bundleOf(key)).size;
}

/** The handler in a tree of files that mirrors the sources; types are gone, so that Node does not have to take them out. */
export function unbundledOf(key: ApiFunction): string {
  return join(UNBUNDLED, `functions/handlers/${nameOf(key)}.mjs`);
}

/** For what Node compiles of the bundles. */
export const COMPILE_CACHE = join(HOME, 'compiled');

async function compileEach(): Promise<void> {
  rmSync(UNBUNDLED, { recursive: true, force: true });
  const sources = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' });
  await build({
    entryPoints: sources
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(ROOT, 'functions', name)),
    outdir: join(UNBUNDLED, 'functions'),
    outbase: join(ROOT, 'functions'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
    plugins: [
      {
        name: 'each-file-by-itself',
        setup({ onResolve }) {
          onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
            kind === 'entry-point'
              ? undefined
              : { path: path.replace(/\.ts$/, '.mjs'), external: true },
          );
        },
      },
    ],
  });
  // Found like those of the sources, wherever this checkout's own are.
  symlinkSync(relative(UNBUNDLED, join(ROOT, 'node_modules')), join(UNBUNDLED, 'node_modules'));
}
