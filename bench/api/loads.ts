import { mkdirSync, rmSync } from 'node:fs';
import { environmentOf, load } from '../loading.ts';
import { median, type Pair, paired } from '../report/ratio.ts';
import { bundleOf, COMPILE_CACHE, unbundledOf } from './bundles.ts';
import { API_FUNCTIONS, type ApiFunction } from './functions.ts';

/** How long the functions take to load. */

export interface Loading {
  readonly key: ApiFunction;
  /** As shipped and with Node's compile cache, against the same code unbundled without; in milliseconds. */
  readonly cached: Pair;
  /** As shipped and without a compile cache: what a cold start on Lambda is; milliseconds. */
  readonly plain: number;
}

/** Fills the compile cache anew, and loads every function in turns. */
export async function loadings(progress: (line: string) => void): Promise<readonly Loading[]> {
  rmSync(COMPILE_CACHE, { recursive: true, force: true });
  mkdirSync(COMPILE_CACHE, { recursive: true });
  const found: Loading[] = [];
  for (const key of API_FUNCTIONS) {
    progress(`loading ${key}`);
    const environment = environmentOf(key);
    const plain: number[] = [];
    const cached = await paired({
      subject: async () => {
        plain.push((await load({ file: bundleOf(key), environment })).milliseconds);
        return (await load({ file: bundleOf(key), environment, compileCache: COMPILE_CACHE }))
          .milliseconds;
      },
      floor: async () => (await load({ file: unbundledOf(key), environment })).milliseconds,
    });
    // The first of them came before anything was warm, as the pair's own first ones did.
    found.push({ key, cached, plain: median(plain.slice(1)) });
  }
  return found;
}
