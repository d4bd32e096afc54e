import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import type { ProposalRequest } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { decision } from './asking.ts';
import { budget, times } from './budgets.ts';

/** What the engine `history` does while what it is asked is still on its way. */

const PAST = 3000;

/** A budget that tells which places of the past were looked at. */
function watched(): { readonly extract: BudgetExtract; readonly looked: Set<number> } {
  const extract = budget([
    ...times(PAST / 2, { payee: 'Lidl', category: 'Food' }),
    ...times(PAST / 2, { payee: 'Shell', category: 'Fuel' }),
    { id: 'new', payee: 'Lidl' },
    { id: 'newer', payee: 'Shell' },
  ]);
  const looked = new Set<number>();
  const amount = new Proxy(extract.transactions.amount, {
    get(amounts, place) {
      if (Number(place) < PAST) looked.add(Number(place));
      return Reflect.get(amounts, place);
    },
  });
  return {
    extract: { ...extract, transactions: { ...extract.transactions, amount } },
    looked,
  };
}

/** Until everything that is due now was seen to, so many times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

describe('while the request is on its way', () => {
  it('all of the past is learnt, a part of it at a time, so that whatever comes in is seen to', async () => {
    const { extract, looked } = watched();
    const { promise, resolve } = Promise.withResolvers<ProposalRequest>();
    const proposing = historyEngine.propose(extract, promise);
    await turns(1);
    expect(looked.size).toBeLessThan(PAST / 2);
    await turns(20);
    expect(looked.size).toBe(PAST);
    resolve({ decisions: [] });
    expect((await proposing).proposals).toHaveLength(2);
  });

  it.each([0, 1, 3, 30])('the answer is the same when it comes after %i turns', async (count) => {
    const request = {
      decisions: [decision('new', 'approved', 'Fuel'), decision('newer', 'rejected', 'Fuel')],
    };
    const later = turns(count).then(() => request);
    expect(await historyEngine.propose(watched().extract, later)).toEqual(
      await historyEngine.propose(watched().extract, request),
    );
  });

  it('what it fails with ends it: nothing more is learnt', async () => {
    const { extract, looked } = watched();
    const { promise, reject } = Promise.withResolvers<ProposalRequest>();
    const proposing = historyEngine.propose(extract, promise);
    await turns(1);
    const cause = new Error('The table does not answer');
    reject(cause);
    await expect(proposing).rejects.toBe(cause);
    const { size } = looked;
    await turns(20);
    expect([size < PAST, looked.size]).toEqual([true, size]);
  });

  it('also for a budget without a past', async () => {
    const cause = new Error('The table does not answer');
    await expect(historyEngine.propose(budget([]), Promise.reject(cause))).rejects.toBe(cause);
  });
});
