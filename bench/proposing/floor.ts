import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

/** What is proposed at least: the category that was chosen most often for the transaction's payee. */

const Columns = z.object({
  transactions: z.object({ payee: z.array(z.int()), category: z.array(z.int()) }),
});

const NONE = -1;

/** The same bytes, unpacked, read and counted by payee, with nothing learnt. @returns how many proposals it has. */
export function mostFrequent(packed: Uint8Array): number {
  const { transactions } = Columns.parse(JSON.parse(gunzipSync(packed).toString('utf8')));
  const counts = new Map<number, Map<number, number>>();
  for (const [index, payee] of transactions.payee.entries()) {
    const category = transactions.category[index] ?? NONE;
    if (category === NONE) continue;
    const ofPayee = counts.get(payee) ?? new Map<number, number>();
    counts.set(payee, ofPayee.set(category, (ofPayee.get(category) ?? 0) + 1));
  }
  return transactions.category
    .map((category, index) =>
      category === NONE ? highest(counts.get(transactions.payee[index] ?? NONE)) : undefined,
    )
    .filter((proposed) => proposed !== undefined).length;
}

function highest(counts: ReadonlyMap<number, number> | undefined): number | undefined {
  let best: readonly [number, number] | undefined;
  for (const entry of counts ?? []) if (best === undefined || entry[1] > best[1]) best = entry;
  return best?.[0];
}
