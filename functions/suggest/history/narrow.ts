import { surestAfter } from './caution.ts';
import type { RankedCategory } from './learner.ts';
import type { Kind, Looked, RowsOfPayee } from './payee-rows.ts';

/** What speaks for a category at a payee that is of many kinds: notes, the bank's text, the account, the amount, the time. */

/** Transactions of a payee, nearly all of which are of a category. */
export interface Narrow {
  /** What they have in common with the row, beside the payee; the time is that they are the last ones. */
  readonly by: Kind | 'time';
  readonly times: number;
  /** How many they are; by time, how many the payee has. */
  readonly of: number;
}

/** Fewer than these show nothing in common. */
const FEWEST = 2;
/** So many of those that have something in common are of one category where that says which. */
const CONSISTENT = 0.8;

export function narrowest(past: RowsOfPayee, row: Looked, category: string): Narrow | undefined {
  const { rows, last, run } = past.all();
  for (const by of ['notes', 'text', 'account', 'amount'] as const) {
    const alike = past.alike(row, by);
    const times = alike?.of.get(category) ?? 0;
    const of = alike?.rows ?? 0;
    if (times >= FEWEST && times >= CONSISTENT * of && of < rows) return { by, times, of };
  }
  return last === category && run >= FEWEST ? { by: 'time', times: run, of: rows } : undefined;
}

const SUREST_BY_WORDS = 0.9;

/**
 * The category that notes or the bank's text say, the surer of the two, where the payee alone does not: behind one payee
 * (PayPal, a friend) may be many things, and the models know words less well than payees. Undefined where no words say it.
 */
export function saidByWords(past: RowsOfPayee, row: Looked): RankedCategory | undefined {
  // Most payees are of one kind: nobody's words need be taken apart for them.
  if (past.all().of.size < 2) return undefined;
  const [notes, text] = [saidBy('notes', past, row), saidBy('text', past, row)];
  if (notes === undefined || text === undefined) return notes ?? text;
  return text.confidence > notes.confidence ? text : notes;
}

function saidBy(
  words: 'notes' | 'text',
  past: RowsOfPayee,
  row: Looked,
): RankedCategory | undefined {
  const all = past.all();
  const { rows = 0, of, last = '', run = 0 } = past.alike(row, words) ?? {};
  const times = of?.get(last) ?? 0;
  const ofPayee = all.of.get(last) ?? 0;
  if (run < FEWEST || times < CONSISTENT * rows || ofPayee >= CONSISTENT * all.rows) {
    return undefined;
  }
  const sure = Math.min(SUREST_BY_WORDS, surestAfter(times - 1));
  return { category: last, confidence: sure * (times / rows) };
}
