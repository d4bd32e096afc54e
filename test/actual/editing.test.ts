import { beforeEach, describe, expect, it } from 'vitest';
import { carryOut } from '../../functions/actual/editing.ts';
import type { TransactionFields } from '../../functions/actual/library.ts';
import type { TransactionUpdate } from '../../functions/domain/applying.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import { budget } from '../suggest/budgets.ts';

/** What is handed to Actual's library, and in which order. */

let calls: string[];
let written: readonly TransactionFields[];

const library = {
  async createPayee(name: string) {
    calls.push(`create ${name}`);
    return `new ${name}`;
  },
  async updateTransactions(updated: readonly TransactionFields[]) {
    calls.push('update');
    written = updated;
  },
  async sync() {
    calls.push('sync');
  },
};

const extract = budget([], {
  categories: ['food'],
  payees: ['Corner Shop'],
  transfers: { Savings: 'Savings' },
});

function update(id: string, payeeName?: string): TransactionUpdate {
  return {
    transactionId: transactionId(id),
    categoryId: 'food',
    ...(payeeName === undefined ? {} : { payeeName }),
  };
}

const carry = (...updates: readonly TransactionUpdate[]) =>
  carryOut(
    async () => updates,
    library,
    () => extract,
  );

beforeEach(() => {
  calls = [];
  written = [];
});

describe('changes to a budget', () => {
  it('are written in one batch, and sent', async () => {
    await carry(update('a'), update('b'));
    expect(calls).toEqual(['update', 'sync']);
    expect(written).toEqual([
      { id: 'a', category: 'food' },
      { id: 'b', category: 'food' },
    ]);
  });

  it('are none where none are planned: nothing is sent', async () => {
    await carry();
    expect(calls).toEqual([]);
  });

  it('are planned with the budget as it is now', async () => {
    const seen: unknown[] = [];
    await carryOut(
      async (now) => {
        seen.push(now);
        return [];
      },
      library,
      () => extract,
    );
    expect(seen).toEqual([extract]);
  });

  it('leave everything as it is when the plan gives up', async () => {
    const givesUp = async () => {
      throw new Error('not mine any more');
    };
    await expect(carryOut(givesUp, library, () => extract)).rejects.toThrow('not mine any more');
    expect(calls).toEqual([]);
  });
});

describe('a payee', () => {
  it.each(['Corner Shop', 'CORNER  shop', 'Córner Shop'])(
    'is the one that the budget has, by the name %s',
    async (name) => {
      await carry(update('a', name));
      expect(calls).toEqual(['update', 'sync']);
      expect(written).toEqual([{ id: 'a', category: 'food', payee: 'Corner Shop' }]);
    },
  );

  it.each(['Cafe', 'Café', 'cafe'])(
    'is the very one by the name %s where others are alike',
    async (name) => {
      const alike = budget([], { payees: ['Cafe', 'cafe', 'Café', 'CAFE'] });
      await carryOut(
        async () => [update('a', name)],
        library,
        () => alike,
      );
      expect(written).toEqual([{ id: 'a', category: 'food', payee: name }]);
    },
  );

  const baker = budget([], { payees: ['Baker'] });
  const renamed = baker.payees.map((one) => ({ ...one, name: 'Bakery' }));

  it.each([
    ['is the same where it was renamed', renamed, ['update', 'sync']],
    ['is a new one where it was deleted', [], ['create Baker', 'update', 'sync', 'sync']],
  ])('%s since the changes were planned', async (_what, payees, done) => {
    const reads = [baker];
    await carryOut(
      async () => [update('a', 'Baker')],
      library,
      () => reads.pop() ?? { ...baker, payees },
    );
    expect(calls).toEqual(done);
  });

  it('is created once for all that want it, in whatever spelling', async () => {
    await carry(update('a', 'Baker'), update('b', 'BAKER'), update('c', 'Smith'));
    expect(calls).toEqual(['create Baker', 'create Smith', 'update', 'sync', 'sync']);
    expect(written.map(({ payee }) => payee)).toEqual(['new Baker', 'new Baker', 'new Smith']);
  });

  it('that is made is followed by a sync of the library: the end of that one does not keep the changes from being sent', async () => {
    let unsent = false;
    let ending = false;
    await carryOut(
      async () => [update('a', 'Baker')],
      {
        async createPayee() {
          ending = true;
          return 'baker';
        },
        async updateTransactions() {
          unsent = true;
        },
        async sync() {
          unsent &&= ending;
          ending = false;
        },
      },
      () => extract,
    );
    expect(unsent).toBe(false);
  });

  it('is never that of a transfer: the transaction would become one', async () => {
    await carry(update('a', 'Savings'));
    expect(written).toEqual([{ id: 'a', category: 'food', payee: 'new Savings' }]);
  });
});
