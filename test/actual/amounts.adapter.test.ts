import { beforeAll, describe, expect, it } from 'vitest';
import { householdDoes } from './household.ts';
import { sendMessage } from './messages.ts';
import { type Reader, shareReader, startReader } from './reader.ts';

let reader: Reader;

beforeAll(async () => {
  reader = await startReader();
});

shareReader(() => reader);

/** A budget with a snapshot in which all transactions have one amount. */
async function withAmounts(value: string) {
  const budgetId = await householdDoes(reader.server.url, [{ do: 'create', transactions: 6 }]);
  const first = await reader.fetch({ budgetId });
  const file = { syncId: budgetId, cloudFileId: first.cloudFileId };
  const token = reader.session.token?.token ?? '';
  for (const row of first.extract.transactions.id) {
    const change = { table: 'transactions', row, column: 'amount', value };
    await sendMessage(reader.server.url, token, file, change);
  }
  return { budgetId, ...(await reader.fetch({ budgetId, ...first })) };
}

// The library waits for ever for cells that it has given up.
describe('amounts that the library does not add up', () => {
  it.each([
    ['whose sum is too large', 'N:2000000000000000'],
    ['that are fractions', 'N:2.5'],
    ['that are endless', 'N:Infinity'],
  ])('%s cost a full download instead of a job that never ends', async (_what, value) => {
    const home = await withAmounts(value);
    const again = await reader.fetch(home);
    expect(again.downloaded).toBe(true);
    expect(again.extract).toEqual(home.extract);
  });

  it.each([
    ['in a month', 'zero_budgets', 'amount'],
    ['in a month of a budget by tracking', 'reflect_budgets', 'amount'],
    ['held for the next month', 'zero_budget_months', 'buffered'],
  ])('cost a full download too where they are budgeted %s', async (_what, table, column) => {
    const budgetId = await householdDoes(reader.server.url, [{ do: 'create', transactions: 1 }]);
    const first = await reader.fetch({ budgetId });
    const file = { syncId: budgetId, cloudFileId: first.cloudFileId };
    const change = { table, row: '2026-01', column, value: 'N:4000000000000000' };
    await sendMessage(reader.server.url, reader.session.token?.token ?? '', file, change);
    const { archive } = await reader.fetch({ budgetId, ...first });
    expect((await reader.fetch({ budgetId, archive })).downloaded).toBe(true);
  });

  it('are none where they are large and their sum is not too large', async () => {
    const home = await withAmounts('N:100000000000000');
    expect(await reader.fetch(home)).toMatchObject({ downloaded: false });
  });
});
