import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS, type Features } from './features.ts';
import { ALL_CONTEXTS } from './signals.ts';

/** Contexts that all rows of a payee in an account are in, whatever their amount. */
const STEADY = (
  [
    'payee',
    'payee+account',
    'shop',
    'last word',
    'shop+account',
    'two words+account',
    'first word',
    'first word+account',
    'beginning',
    'account',
    'all',
  ] as const
).map((context) => CONTEXTS.indexOf(context));
const VARYING = [...CONTEXTS.keys()].filter((context) => !STEADY.includes(context));
const NONE = -1;

/** Finds where the contexts of rows are counted, those of a payee in an account once for all its rows. */
export class Places {
  private readonly counts: ContextCounts;
  /** Of the row that was looked at last; -1 for those that no row was in. */
  readonly values = new Int32Array(ALL_CONTEXTS);
  /** By payee and account, where the steady contexts are counted; -1 as long as they are not. */
  private known = new Int32Array(STEADY.length * 64).fill(NONE);

  constructor(counts: ContextCounts) {
    this.counts = counts;
  }

  /** Finds the places of a row's own contexts. */
  findOwn({ contexts, pair }: Features): void {
    const { values, counts } = this;
    const start = pair * STEADY.length;
    if (start >= this.known.length) this.lengthen(start);
    const { known } = this;
    for (let index = 0; index < STEADY.length; index++) {
      const context = STEADY[index] ?? 0;
      let place = known[start + index] ?? NONE;
      if (place === NONE) {
        place = placeOf(counts, contexts[context] ?? 0);
        known[start + index] = place;
      }
      values[context] = place;
    }
    for (let index = 0; index < VARYING.length; index++) {
      const context = VARYING[index] ?? 0;
      values[context] = placeOf(counts, contexts[context] ?? 0);
    }
  }

  /** Finds those of the indirect contexts, whose keys depend on the places of its own. */
  findIndirect({ contexts }: Features): void {
    const { values, counts } = this;
    for (let context = CONTEXTS.length; context < ALL_CONTEXTS; context++) {
      values[context] = placeOf(counts, contexts[context] ?? 0);
    }
  }

  private lengthen(start: number): void {
    const wide = new Int32Array(Math.max(start + STEADY.length, this.known.length * 2)).fill(NONE);
    wide.set(this.known);
    this.known = wide;
  }
}

function placeOf(counts: ContextCounts, key: number): number {
  return key === 0 ? NONE : counts.find(key);
}
