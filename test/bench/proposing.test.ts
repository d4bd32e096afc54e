import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { extractOf, rowsOf } from '../../bench/budget/rows.ts';
import { mostFrequent } from '../../bench/proposing/floor.ts';
import { packedExtract, proposalsFrom } from '../../bench/proposing/proposing.ts';

function packed(columns: {
  readonly payee: readonly number[];
  readonly category: readonly number[];
}) {
  return gzipSync(JSON.stringify({ transactions: columns }));
}

it('counts by payee at least: one proposal for each open transaction of a payee that has a past', () => {
  const columns = { payee: [0, 0, 0, 1, -1], category: [2, 3, -1, -1, -1] };
  expect(mostFrequent(packed(columns))).toBe(1);
});

it('proposes from the bytes in the bucket for as many of a budget as counting does', async () => {
  const bytes = await packedExtract({ transactions: 1000 });
  const { candidates, proposals } = await proposalsFrom(bytes);
  const open = extractOf(rowsOf({ transactions: 1000 })).transactions.category.filter(
    (category) => category === -1,
  );
  expect(candidates).toHaveLength(open.length);
  expect(proposals.length).toBeGreaterThanOrEqual(mostFrequent(bytes));
});
