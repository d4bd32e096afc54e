import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SuggestionId } from '../../functions/domain/ids.ts';
import type { JobRecord, JobType, Work } from '../../functions/domain/job.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { Home } from './home.ts';
import { type Death, Life } from './mortal.ts';

/**
 * A worker that is killed at any of its calls to the outside, before or after the call took effect: each job, run
 * again, ends as it does when nobody is killed. On the real table; the bucket and Actual's server are in memory.
 */

const TABLE = 'killed';
let engine: Engine;

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, TABLE);
});
afterAll(() => engine.stop());

async function idsOf(home: Home, ...transactions: readonly string[]): Promise<SuggestionId[]> {
  return Promise.all(transactions.map(async (one) => (await home.suggestion(one)).id));
}

/** Proposals for all, decided on as people do; then the budget goes on. */
async function decided(home: Home): Promise<void> {
  await home.does({ type: 'sync_and_suggest' }, new Life());
  await home.review('approved', 'approved');
  await home.review('corrected', 'approved', { categoryId: 'Fun', payeeName: 'Corner Shop' });
  await home.review('gone', 'approved');
  await home.review('rejected', 'rejected');
  home.actual.remove('gone');
}

/** Two banks have transactions that the budget does not have yet. */
function bankHas(home: Home): void {
  home.actual.banks.set('giro', [{ id: 'bank-1', payee: 'Lidl', date: 20260103 }]);
  home.actual.banks.set('card', [
    { id: 'bank-2', payee: 'Shell', date: 20260103 },
    { id: 'bank-3', payee: 'Lidl', date: 20260104 },
  ]);
}

type Scene = (home: Home) => Promise<Work>;

/** The jobs of each type, by what is particular about them; and for those that need it what is there when they are put in line. */
const SCENES: Readonly<Record<JobType, Readonly<Record<string, Scene>>>> = {
  suggestions_apply: {
    ' of named ones': async (home) => ({
      type: 'suggestions_apply',
      suggestionIds: await idsOf(home, 'approved', 'corrected', 'named', 'gone'),
    }),
    ' of all that are sure enough': async () => ({ type: 'suggestions_apply', minConfidence: 0 }),
  },
  suggestions_generate: { '': async () => ({ type: 'suggestions_generate' }) },
  suggestions_retry_payee: {
    '': async (home) => ({
      type: 'suggestions_retry_payee',
      suggestionId: (await home.suggestion('rejected')).id,
    }),
  },
  snapshot_create: { '': async () => ({ type: 'snapshot_create' }) },
  snapshot_redownload: { '': async () => ({ type: 'snapshot_redownload' }) },
  budget_sync: {
    '': async () => ({ type: 'budget_sync' }),
    ' with bankSync': async (home) => {
      bankHas(home);
      return { type: 'budget_sync', bankSync: true };
    },
  },
  scheduled_sync_and_suggest: {
    ' with bankSync': async (home) => {
      bankHas(home);
      return { type: 'scheduled_sync_and_suggest', bankSync: true };
    },
  },
  sync_and_suggest: {
    ' with fullResync': async () => ({ type: 'sync_and_suggest', fullResync: true }),
  },
};

/** What a job tells in the end; counts of what was new or removed are those of the attempt that went through. */
function told({ job }: JobRecord): unknown {
  const { counts = {}, warnings = [] } = job.metadata;
  const { newTransactions: _new, removed: _removed, written: _written, ...rest } = counts;
  return { status: job.status, counts: rest, warnings };
}

/** Every place in which the worker may be killed. Between two calls nothing happens, unless they are made at once. */
function deathsIn(calls: readonly string[]): readonly (Death & { readonly name: string })[] {
  return calls.flatMap((name, index) => {
    const death = { call: index + 1, name };
    const after = { ...death, when: 'after' } as const;
    return name === 'put object' ? [{ ...death, when: 'before' } as const, after] : [after];
  });
}

describe.each(
  Object.entries(SCENES).flatMap(([type, scenes]) =>
    Object.entries(scenes).map(([particular, workIn]) => [`${type}${particular}`, workIn] as const),
  ),
)('%s', (_name, workIn) => {
  let calls: readonly string[];
  let whole: { readonly seen: unknown; readonly told: unknown };

  async function arranged(): Promise<{ readonly home: Home; readonly work: Work }> {
    const home = new Home(engine, TABLE);
    await decided(home);
    return { home, work: await workIn(home) };
  }

  beforeAll(async () => {
    const { home, work } = await arranged();
    const life = new Life();
    const record = await home.does(work, life);
    calls = life.calls;
    whole = { seen: await home.seen(record), told: told(record) };
    expect(record.job.status).toBe('succeeded');
  });

  it('whose worker is killed at any call is run again, and ends as if it had gone through once', async () => {
    // It takes the budget, writes what it is for, and reports; each after it has read.
    expect(calls.filter((name) => name === 'TransactWriteCommand').length).toBeGreaterThan(2);
    expect(calls.length).toBeGreaterThan(4);
    for (const death of deathsIn(calls)) {
      const { home, work } = await arranged();
      const record = await home.does(work, new Life(death), new Life());
      const where = `killed ${death.when} call ${death.call}, ${death.name}`;
      expect({ seen: await home.seen(record), told: told(record) }, where).toEqual(whole);
    }
  });

  it('that failed because of it ends the same by its retry', async () => {
    for (const death of deathsIn(calls)) {
      const { home, work } = await arranged();
      const failed = await home.does(work, new Life(death));
      const record = await home.retries(failed);
      const where = `killed ${death.when} call ${death.call}, ${death.name}`;
      expect({ seen: await home.seen(record), told: told(record) }, where).toEqual(whole);
    }
  });
});

it('an apply that failed once its changes were sent ends the same by its retry, though the nightly job came in between', async () => {
  const home = new Home(engine, TABLE);
  await decided(home);
  const ids = ['approved', 'corrected', 'named', 'gone'];
  const work: Work = { type: 'suggestions_apply', suggestionIds: await idsOf(home, ...ids) };
  const categoryOf = async (id: string) => (await home.suggestion(id)).proposals[0].categoryId;
  const twin = home.actual.twin();
  twin.update([
    { id: 'approved', category: await categoryOf('approved') },
    { id: 'corrected', category: 'Fun', payee: twin.addPayee('Corner Shop') },
    { id: 'named', category: await categoryOf('named') },
  ]);
  const life = new Life();
  const whole = told(await home.does(work, life));
  expect(home.actual.seen()).toEqual(twin.seen());

  const sent = life.calls.indexOf('sync') + 1;
  for (const death of deathsIn(life.calls).filter(({ call }) => call >= sent)) {
    const night = new Home(engine, TABLE);
    await decided(night);
    const suggestionIds = await idsOf(night, ...ids);
    const failed = await night.does({ type: 'suggestions_apply', suggestionIds }, new Life(death));
    await night.does({ type: 'sync_and_suggest' }, new Life());
    const record = await night.retries(failed);
    const where = `killed ${death.when} call ${death.call}, ${death.name}`;
    expect(night.actual.seen(), where).toEqual(twin.seen());
    expect(told(record), where).toEqual(whole);
    const named = await Promise.all(ids.map((id) => night.suggestion(id)));
    expect(
      named.map(({ status }) => status),
      where,
    ).toEqual(['applied', 'applied', 'applied', 'approved']);
  }
});
