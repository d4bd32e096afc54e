import { beforeEach, describe, expect, it } from 'vitest';
import type { BankSyncReport } from '../../functions/domain/bank-refusals.ts';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { FailureError, failure, JobNotRunningError } from '../../functions/domain/failures.ts';
import { executionId, workerId } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type SyncPorts, syncStep } from '../../functions/steps/sync.ts';
import { at, BUDGET, JOB, newRecord } from '../domain/builders.ts';
import { smallExtract } from '../domain/extracts.ts';
import { suggestion } from '../domain/suggestions.ts';

const ARCHIVE = new Uint8Array([1, 2, 3]);
const fence = {
  budgetId: BUDGET,
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

/** What the step did, in order. */
let done: string[];
let objects: Map<string, Uint8Array | BudgetExtract>;
let current: Snapshot | undefined;
let asked: Parameters<SyncPorts['budgets']['fetch']>[0][];
let extract: BudgetExtract;
let written: 'written' | 'conflict';
let sending: 'written' | 'conflict';
let banks: BankSyncReport;
let ids: number;
let suggestions: readonly Suggestion[];
let suggestionsWritten: 'written' | 'not_running';

beforeEach(() => {
  done = [];
  objects = new Map();
  current = undefined;
  asked = [];
  extract = smallExtract();
  written = 'written';
  sending = 'written';
  banks = { linked: 3, refusals: [] };
  ids = 0;
  suggestions = [];
  suggestionsWritten = 'written';
});

const ports: SyncPorts = {
  suggestions: {
    all: async () => suggestions,
    async write({ put, reopen, renew, remove }) {
      expect([put, reopen, renew]).toEqual([[], [], []]);
      suggestions = suggestions.filter((one) => !remove.includes(one));
      return suggestionsWritten === 'written'
        ? { kind: 'written', leftOut: [] }
        : { kind: 'not_running' };
    },
  },
  unusedSnapshotDays: 90,
  onUnchanged: () => done.push('unchanged'),
  budgets: {
    isUpToDate: async () => false,
    async fetch(request) {
      asked.push(request);
      return { archive: ARCHIVE, extract, cloudFileId: 'file' };
    },
    async fetchWithBanks(request, beforeChange) {
      if (banks.linked > 0) await beforeChange();
      done.push('bank sync');
      asked.push(request);
      return { archive: ARCHIVE, extract, cloudFileId: 'file', banks };
    },
  },
  jobs: {
    async beginSending() {
      done.push('sending');
      return sending;
    },
  },
  snapshots: {
    current: async () => current,
    async setCurrent(snapshot) {
      done.push(`current ${snapshot.id}`);
      if (written === 'written') current = snapshot;
      return written;
    },
  },
  bucket: {
    async readArchive(key) {
      const archive = objects.get(key);
      return archive instanceof Uint8Array ? archive : undefined;
    },
    async writeArchive(key, archive) {
      done.push(`write ${key}`);
      objects.set(key, archive);
      return `stamp of ${key}`;
    },
    async readExtract(key) {
      const found = objects.get(key);
      if (found === undefined || found instanceof Uint8Array) {
        throw new FailureError(failure('SNAPSHOT_MISSING'));
      }
      return found;
    },
    async writeExtract(key, one) {
      done.push(`write ${key}`);
      objects.set(key, one);
      return `stamp of ${key}`;
    },
    stampOf: async (key) => (objects.has(key) ? `stamp of ${key}` : undefined),
    async remove(keys) {
      done.push(...keys.map((key) => `remove ${key}`));
      for (const key of keys) objects.delete(key);
    },
  },
  newSnapshotId: () => `snapshot-${++ids}`,
};

const sync = (work: Work = { type: 'budget_sync' }, changes: Partial<SyncPorts> = {}) =>
  syncStep({ ...ports, ...changes })({ record: newRecord(work), fence, now: () => at(30) });

const archiveKey = (n: number) => `archives/${BUDGET}/snapshot-${n}.zip`;
const extractKey = (n: number) => `extracts/${BUDGET}/snapshot-${n}.json.gz`;

describe('a download of what is distrusted', () => {
  it('writes nothing about suggestions where none waits', async () => {
    const untouched = {
      ...ports.suggestions,
      write: async () => {
        throw new Error('There is nothing to write');
      },
    };
    const done = await sync({ type: 'snapshot_redownload' }, { suggestions: untouched });
    expect(done).toMatchObject({ counts: { removed: 0 } });
  });

  it('counts no new transactions where nobody can tell which they are', async () => {
    await sync();
    objects.clear();
    const { counts } = await sync();
    expect(counts).not.toHaveProperty('newTransactions');
  });
});

describe('a first sync', () => {
  it('downloads the budget, keeps archive and extract, and then makes them current', async () => {
    await sync();
    expect(asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: undefined }]);
    expect(done).toEqual([
      `write ${archiveKey(1)}`,
      `write ${extractKey(1)}`,
      'current snapshot-1',
    ]);
    expect(current).toEqual({
      id: 'snapshot-1',
      budgetId: BUDGET,
      takenAt: at(30),
      archiveKey: archiveKey(1),
      extractKey: extractKey(1),
      cloudFileId: 'file',
      counts: { accounts: 1, transactions: 1 },
      stamps: {
        archive: `stamp of ${archiveKey(1)}`,
        extract: `stamp of ${extractKey(1)}`,
      },
    });
  });

  it('counts every transaction as new, and a split one without its parts', async () => {
    expect(await sync()).toEqual({ counts: { accounts: 1, transactions: 1, newTransactions: 1 } });
  });
});

describe('a later sync', () => {
  beforeEach(async () => {
    await sync();
    done = [];
    asked = [];
  });

  it('starts from the snapshot before it', async () => {
    await sync();
    expect(asked).toEqual([{ budgetId: BUDGET, archive: ARCHIVE, cloudFileId: 'file' }]);
  });

  it('removes the snapshot before it once the new one is current', async () => {
    await sync();
    expect(done).toEqual([
      `write ${archiveKey(2)}`,
      `write ${extractKey(2)}`,
      'current snapshot-2',
      `remove ${archiveKey(1)}`,
      `remove ${extractKey(1)}`,
    ]);
  });

  it('counts what the snapshot before it did not have', async () => {
    expect((await sync()).counts?.newTransactions).toBe(0);
    extract = smallExtract(['three', 'two']);
    expect((await sync()).counts?.newTransactions).toBe(1);
  });

  it('reads what the snapshot before it had while the budget is opened', async () => {
    const read = Promise.withResolvers<void>();
    await sync(undefined, {
      bucket: {
        ...ports.bucket,
        readExtract: (key) => ports.bucket.readExtract(key).finally(() => read.resolve()),
      },
      budgets: {
        ...ports.budgets,
        fetch: (request) => read.promise.then(() => ports.budgets.fetch(request)),
      },
    });
    expect(done).toContain('current snapshot-2');
  });

  it('passes over the snapshot when the job asks for a full one', async () => {
    await sync({ type: 'budget_sync', fullResync: true });
    expect(asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: 'file' }]);
  });

  it.each([
    { type: 'budget_sync', fullResync: true },
    { type: 'sync_and_suggest', fullResync: true },
    { type: 'snapshot_redownload' },
  ] as const)('drops what was proposed out of a distrusted snapshot: %j', async (work) => {
    const approved = suggestion(2, { status: 'approved' });
    const reopened = suggestion(3, { rejectedCategoryIds: ['food'] });
    suggestions = [suggestion(1), approved, reopened];
    const { counts } = await sync(work);
    expect(counts).toMatchObject({ removed: 1 });
    expect(suggestions).toEqual([approved, reopened]);
  });

  it('leaves what was proposed out of a trusted one', async () => {
    suggestions = [suggestion(1)];
    expect((await sync()).counts).not.toHaveProperty('removed');
    expect(suggestions).toHaveLength(1);
  });

  it('drops nothing once it no longer holds the budget', async () => {
    suggestions = [suggestion(1)];
    suggestionsWritten = 'not_running';
    await expect(sync({ type: 'snapshot_redownload' })).rejects.toThrow(JobNotRunningError);
  });

  it('is a full one when the archive is missing', async () => {
    objects.delete(archiveKey(1));
    await sync();
    expect(asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: 'file' }]);
  });

  it('does not say what is new when the extract before it cannot be read', async () => {
    objects.delete(extractKey(1));
    expect((await sync()).counts).toEqual({ accounts: 1, transactions: 1 });
  });

  it('leaves the current snapshot alone when the budget cannot be fetched', async () => {
    const before = current;
    const unreachable = new FailureError(failure('SERVER_UNREACHABLE'));
    const budgets = { ...ports.budgets, fetch: () => Promise.reject(unreachable) };
    await expect(sync({ type: 'budget_sync' }, { budgets })).rejects.toBe(unreachable);
    expect([current, done]).toEqual([before, []]);
  });

  it('removes what it wrote, and nothing else, when the budget is no longer its own', async () => {
    written = 'conflict';
    await expect(sync()).rejects.toThrow(JobNotRunningError);
    expect([...objects.keys()].toSorted()).toEqual([archiveKey(1), extractKey(1)]);
    expect(current?.id).toBe('snapshot-1');
  });

  it('has succeeded even if the snapshot before it could not be removed', async () => {
    const bucket = { ...ports.bucket, remove: () => Promise.reject(new Error('refused')) };
    await expect(sync({ type: 'budget_sync' }, { bucket })).resolves.toBeDefined();
  });
});

it('says nothing of a sync point where none is known', async () => {
  await sync({ type: 'budget_sync' });
  expect(current).not.toHaveProperty('syncPoint');
});

describe('a sync without anything new', () => {
  const syncPoint = {
    since: 'a time',
    hash: 42,
    keyId: null,
    secretVersion: 'version-1',
    madeBy: 'this version',
  };
  const budgets = {
    ...ports.budgets,
    isUpToDate: async () => true,
    fetch: async () => ({ archive: ARCHIVE, extract, cloudFileId: 'file', syncPoint }),
  };

  beforeEach(async () => {
    await sync({ type: 'budget_sync' }, { budgets });
    done = [];
  });

  it('leaves the snapshot as it is, and counts what is in it', async () => {
    const before = current;
    const unopened = { ...budgets, fetch: () => Promise.reject(new Error('It was opened')) };
    const { counts } = await sync({ type: 'sync_and_suggest' }, { budgets: unopened });
    expect(counts).toEqual({ accounts: 1, transactions: 1, newTransactions: 0 });
    expect([current, done]).toEqual([before, ['unchanged']]);
    expect(current).toMatchObject({ syncPoint });
  });

  it('makes it anew when somebody has taken the extract away', async () => {
    objects.delete(extractKey(1));
    await sync({ type: 'budget_sync' }, { budgets });
    expect(current?.id).toBe('snapshot-2');
  });
});

describe('bank sync', () => {
  const withBanks = () => sync({ type: 'budget_sync', bankSync: true });

  it('is not run unless it was asked for', async () => {
    await sync({ type: 'budget_sync', bankSync: false });
    expect(done).not.toContain('bank sync');
  });

  it('marks the job as sending before it changes anything', async () => {
    await withBanks();
    expect(done.slice(0, 2)).toEqual(['sending', 'bank sync']);
  });

  it('changes nothing when the budget is no longer its own', async () => {
    sending = 'conflict';
    await expect(withBanks()).rejects.toThrow(JobNotRunningError);
    expect(done).toEqual(['sending']);
  });

  it('tells how many accounts had which refusal, and nothing else of them', async () => {
    const missing = { category: 'ACCOUNT_MISSING', code: 'ACCOUNT_MISSING' };
    const login = { category: 'ITEM_ERROR', code: 'ITEM_LOGIN_REQUIRED' };
    const other = { category: 'SERVER_DOWN', code: 'Giro of Anna' };
    banks = { linked: 5, refusals: [missing, login, other, missing] };
    const { warnings } = await withBanks();
    expect(warnings?.map(({ code, count }) => [code, count])).toEqual([
      ['BANK_ACCOUNT_GONE', 2],
      ['BANK_LOGIN_REQUIRED', 1],
      ['BANK_SYNC_FAILED', 1],
    ]);
    expect(JSON.stringify(warnings)).not.toContain('Anna');
  });

  it('has no warnings when every bank answered', async () => {
    expect((await withBanks()).warnings).toEqual([]);
  });

  it('says that no account is linked, and does not stand in the way of canceling', async () => {
    banks = { linked: 0, refusals: [] };
    const { warnings } = await withBanks();
    expect(warnings).toEqual([expect.objectContaining({ code: 'BANK_NOT_LINKED' })]);
    expect(done).not.toContain('sending');
  });
});
