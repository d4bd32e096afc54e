import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { packExtract, unpackExtract } from '../../functions/handlers/adapters/bucket.ts';
import type { Proposals } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { type BudgetSize, extractOf, rowsOf } from '../budget/rows.ts';
import { median, repeated, timed } from '../report/ratio.ts';

/** The extract of a budget, as it lies in the bucket. */
export function packedExtract(size: Partial<BudgetSize>): Promise<Uint8Array> {
  return packExtract(extractOf(rowsOf(size)));
}

/** All that a job does from the bytes in the bucket to proposals. */
export async function proposalsFrom(packed: Uint8Array): Promise<Proposals> {
  return propose(await unpackExtract(packed));
}

/** Where the time goes, in milliseconds: medians of so many runs. */
export async function stages(transactions: number, rounds: number) {
  const rows = rowsOf({ transactions });
  const packed = await packExtract(extractOf(rows));
  const decided = extractOf({
    ...rows,
    transactions: rows.transactions.filter(({ category }) => category !== null),
  });
  const reading: number[] = [];
  const learning: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    reading.push(await timed(() => unpackExtract(packed)));
    learning.push(await timed(() => propose(decided)));
    all.push(await timed(() => proposalsFrom(packed)));
  }
  const [read, learnt, whole] = [median(reading), median(learning), median(all)];
  return { read, learnt, proposed: Math.max(0, whole - read - learnt) };
}

/** Milliseconds from the bytes to the proposals of a budget, the median of so many runs after a first one. */
export async function millisecondsFor(size: Partial<BudgetSize>, rounds: number) {
  const packed = await packedExtract(size);
  return repeated(() => timed(() => proposalsFrom(packed)), rounds);
}

function propose(extract: BudgetExtract): Promise<Proposals> {
  return historyEngine.propose(extract, { decisions: [] });
}
