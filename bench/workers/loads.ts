import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { HANDLERS, type HandlerKey } from '../../infra/handlers.ts';
import { environmentOf, load } from '../loading.ts';
import { type Pair, paired } from '../report/ratio.ts';

/** How long the workers take to load, against the bundle that somebody makes who thinks of none of it. */

const REPOSITORY = join(import.meta.dirname, '../..');
const LIBRARY = '@actual-app/api';

export const WORKERS = ['sync', 'apply', 'snapshot'] as const satisfies readonly HandlerKey[];

export interface Loading {
  readonly key: (typeof WORKERS)[number];
  /** Of the handler, as the local stack runs it: with Node's compile cache. */
  readonly cached: Pair;
}

/** The same in other ways; the workers are alike. */
export interface OtherLoadings {
  /** Of the handler, as in an environment that is new to Lambda: without a compile cache. */
  readonly fresh: Pair;
  /** Of the handler and, after it, Actual's library: a budget that changed has need of both. */
  readonly withLibrary: Pair;
  readonly withLibraryFresh: Pair;
}

/**
 * @param bundles folder of the workers' own bundles.
 * @param scratch folder inside the repository, so that packages are found from there.
 */
export async function loadings(
  bundles: string,
  scratch: string,
  progress: (line: string) => void,
): Promise<{ readonly each: readonly Loading[]; readonly others: OtherLoadings }> {
  rmSync(scratch, { recursive: true, force: true });
  const compileCache = join(scratch, 'compiled');
  mkdirSync(compileCache, { recursive: true });
  const bundleOf = (key: HandlerKey) => join(bundles, HANDLERS[key].name, 'index.cjs');
  const each: Loading[] = [];
  for (const key of WORKERS) {
    progress(`loading ${key}`);
    const plain = await plainBundle(key, scratch);
    each.push({ key, cached: await against(key, bundleOf(key), plain, compileCache) });
  }
  const [key] = WORKERS;
  progress(`loading ${key} in other ways`);
  const plain = await plainBundle(key, scratch);
  const own = bundleOf(key);
  const both = withLibrary(own, join(scratch, `${key}-with-library.cjs`));
  const others = {
    fresh: await against(key, own, plain),
    withLibrary: await against(key, both, plain, compileCache),
    withLibraryFresh: await against(key, both, plain),
  };
  return { each, others };
}

/** Milliseconds; the plain bundle is loaded without a compile cache, as nobody gave it one. */
function against(
  key: HandlerKey,
  file: string,
  plain: string,
  compileCache?: string,
): Promise<Pair> {
  const environment = environmentOf(key);
  return paired({
    subject: async () => (await load({ file, environment, compileCache })).milliseconds,
    floor: async () => (await load({ file: plain, environment })).milliseconds,
  });
}

/**
 * What esbuild makes of a worker's handler when it is told nothing but where it runs; with Actual's library as npm
 * installed it, loaded at the start, as by an `import` at the top of a file.
 */
async function plainBundle(key: HandlerKey, outdir: string): Promise<string> {
  const outfile = join(outdir, `${key}-plain.cjs`);
  await build({
    stdin: {
      contents: `import '${LIBRARY}';\nexport { handler } from './functions/handlers/${HANDLERS[key].name}.ts';`,
      resolveDir: REPOSITORY,
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: [LIBRARY, 'better-sqlite3'],
    logLevel: 'error',
  });
  return outfile;
}

/** @returns the path of a module that loads a worker's own bundle, and the library that lies beside it. */
function withLibrary(bundle: string, file: string): string {
  const library = join(dirname(bundle), 'node_modules', LIBRARY);
  if (!existsSync(library)) throw new Error(`There is no library beside ${bundle}`);
  const { resolve } = createRequire(bundle);
  const texts = [bundle, resolve(LIBRARY)].map((path) => JSON.stringify(path));
  writeFileSync(file, `module.exports = require(${texts[0]});\nrequire(${texts[1]});\n`);
  return file;
}
