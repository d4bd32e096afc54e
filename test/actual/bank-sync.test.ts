import { afterEach, describe, expect, it, vi } from 'vitest';
import { syncBanks } from '../../functions/actual/bank-sync.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('banks that do not answer', () => {
  it('leave the job time for the rest of its work, and its outcome is sent', async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const sync = vi.fn(async () => {});
    const report = await syncBanks(
      {
        linkedAccounts: async () => Array.from({ length: 20 }, (_, index) => [`account-${index}`]),
        async syncBank(accounts) {
          asked.push(...accounts);
          vi.setSystemTime(Date.now() + 60_000);
          return [{ category: 'TIMED_OUT', code: 'TIMED_OUT' }];
        },
        sync,
      },
      async () => {},
    );
    expect(asked).toHaveLength(8);
    expect(report.linked).toBe(20);
    expect(report.refusals).toEqual(
      Array.from({ length: 20 }, () => ({ category: 'TIMED_OUT', code: 'TIMED_OUT' })),
    );
    expect(sync).toHaveBeenCalled();
  });
});

it('accounts whose turn came too late are not the same in each job', async () => {
  vi.useFakeTimers();
  const asked = new Set<string>();
  const library = {
    linkedAccounts: async () => Array.from({ length: 15 }, (_, index) => [`account-${index}`]),
    async syncBank(accounts: readonly string[]) {
      for (const account of accounts) asked.add(account);
      vi.setSystemTime(Date.now() + 60_000);
      return [];
    },
    sync: async () => {},
  };
  let chance = 0;
  const random = vi.spyOn(Math, 'random');
  for (const step of [0.01, -0.01]) {
    random.mockImplementation(() => (chance += step));
    await syncBanks(library, async () => {});
  }
  random.mockRestore();
  expect(asked.size).toBe(15);
});

it('what is asked for together comes first each time: it takes too long to be asked last', async () => {
  const chances = [0.9, 0.8];
  const asked: (readonly string[])[] = [];
  await syncBanks(
    {
      linkedAccounts: async () => [['a', 'b'], ['c'], ['d']],
      async syncBank(accounts) {
        asked.push(accounts);
        return [];
      },
      sync: async () => {},
    },
    async () => {},
    () => chances.shift() ?? 0,
  );
  expect(asked).toEqual([['a', 'b'], ['d'], ['c']]);
});

it('accounts of a bank that are asked for together count each, also where their turn comes too late', async () => {
  vi.useFakeTimers();
  const asked = [['a', 'b'], ['c'], ['d', 'e']];
  const report = await syncBanks(
    {
      linkedAccounts: async () => asked,
      async syncBank() {
        vi.setSystemTime(Date.now() + 5 * 60_000);
        return [];
      },
      sync: async () => {},
    },
    async () => {},
    () => 0,
  );
  const late = { category: 'TIMED_OUT', code: 'TIMED_OUT' };
  expect(report).toEqual({ linked: 5, refusals: [late, late] });
});

it('sends also what comes in while a sync of the library is about to end: whoever asks for one then is given that', async () => {
  let unsent = false;
  let underWay: Promise<void> | undefined;
  const begun = Promise.withResolvers<void>();
  await syncBanks(
    {
      linkedAccounts: async () => [['giro']],
      async syncBank() {
        underWay = begun.promise;
        unsent = true;
        return [];
      },
      async sync() {
        if (underWay === undefined) {
          unsent = false;
          return;
        }
        begun.resolve();
        await underWay;
        underWay = undefined;
      },
    },
    async () => {},
  );
  expect(unsent).toBe(false);
});
