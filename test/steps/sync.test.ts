import { beforeEach, describe, expect, it } from 'vitest';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { at, BUDGET } from '../domain/builders.ts';
import { smallExtract } from '../domain/extracts.ts';
import { suggestion } from '../domain/suggestions.ts';
import { ARCHIVE, archiveKey, begin, extractKey, ports, sync, world } from './syncing.ts';

beforeEach(begin);

describe('a download of what is distrusted', () => {
  it('writes nothing about suggestions where none waits', async () => {
    const untouched = {
      ...ports.suggestions,
      write: async () => {
        throw new Error('There is nothing to write');
      },
    };
    const result = await sync({ type: 'snapshot_redownload' }, { suggestions: untouched });
    expect(result).toMatchObject({ counts: { removed: 0 } });
  });

  it('counts no new transactions where nobody can tell which they are', async () => {
    await sync();
    world.objects.clear();
    const { counts } = await sync();
    expect(counts).not.toHaveProperty('newTransactions');
  });
});

describe('a first sync', () => {
  it('downloads the budget, keeps archive and extract, and then makes them current', async () => {
    await sync();
    expect(world.asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: undefined }]);
    expect(world.done).toEqual([
      `write ${archiveKey(1)}`,
      `write ${extractKey(1)}`,
      'current snapshot-1',
    ]);
    expect(world.current).toEqual({
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

  it('has nothing under way when it fails with one of the two', async () => {
    const bucket: typeof ports.bucket = {
      ...ports.bucket,
      writeArchive: () => Promise.reject(new Error('The bucket')),
      writeExtract: async (...extract) => {
        await new Promise(setImmediate);
        return ports.bucket.writeExtract(...extract);
      },
    };
    await expect(sync({ type: 'budget_sync' }, { bucket })).rejects.toThrow('The bucket');
    expect(world.done).toEqual([`write ${extractKey(1)}`]);
  });

  it('counts every transaction as new, and a split one without its parts', async () => {
    expect(await sync()).toEqual({ counts: { accounts: 1, transactions: 1, newTransactions: 1 } });
  });
});

describe('a later sync', () => {
  beforeEach(async () => {
    await sync();
    world.done = [];
    world.asked = [];
  });

  it('starts from the snapshot before it', async () => {
    await sync();
    expect(world.asked).toEqual([{ budgetId: BUDGET, archive: ARCHIVE, cloudFileId: 'file' }]);
  });

  it('removes the snapshot before it once the new one is current', async () => {
    await sync();
    expect(world.done).toEqual([
      `write ${archiveKey(2)}`,
      `write ${extractKey(2)}`,
      'current snapshot-2',
      `remove ${archiveKey(1)}`,
      `remove ${extractKey(1)}`,
    ]);
  });

  it('counts what the snapshot before it did not have', async () => {
    expect((await sync()).counts?.newTransactions).toBe(0);
    world.extract = smallExtract(['three', 'two']);
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
    expect(world.done).toContain('current snapshot-2');
  });

  it('passes over the snapshot when the job asks for a full one', async () => {
    await sync({ type: 'budget_sync', fullResync: true });
    expect(world.asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: 'file' }]);
  });

  it.each([
    { type: 'budget_sync', fullResync: true },
    { type: 'sync_and_suggest', fullResync: true },
    { type: 'snapshot_redownload' },
  ] as const)('drops what was proposed out of a distrusted snapshot: %j', async (work) => {
    const approved = suggestion(2, { status: 'approved' });
    const reopened = suggestion(3, { rejectedCategoryIds: ['food'] });
    world.suggestions = [suggestion(1), approved, reopened];
    const { counts } = await sync(work);
    expect(counts).toMatchObject({ removed: 1 });
    expect(world.suggestions).toEqual([approved, reopened]);
  });

  it('leaves what was proposed out of a trusted one', async () => {
    world.suggestions = [suggestion(1)];
    expect((await sync()).counts).not.toHaveProperty('removed');
    expect(world.suggestions).toHaveLength(1);
  });

  it('drops nothing once it no longer holds the budget', async () => {
    world.suggestions = [suggestion(1)];
    world.suggestionsWritten = 'not_running';
    await expect(sync({ type: 'snapshot_redownload' })).rejects.toThrow(JobNotRunningError);
  });

  it('is a full one when the archive is missing', async () => {
    world.objects.delete(archiveKey(1));
    await sync();
    expect(world.asked).toEqual([{ budgetId: BUDGET, archive: undefined, cloudFileId: 'file' }]);
  });

  it('does not say what is new when the extract before it cannot be read', async () => {
    world.objects.delete(extractKey(1));
    expect((await sync()).counts).toEqual({ accounts: 1, transactions: 1 });
  });

  it('leaves the current snapshot alone when the budget cannot be fetched', async () => {
    const before = world.current;
    const unreachable = new FailureError(failure('SERVER_UNREACHABLE'));
    const budgets = { ...ports.budgets, fetch: () => Promise.reject(unreachable) };
    await expect(sync({ type: 'budget_sync' }, { budgets })).rejects.toBe(unreachable);
    expect([world.current, world.done]).toEqual([before, []]);
  });

  it('removes what it wrote, and nothing else, when the budget is no longer its own', async () => {
    world.written = 'conflict';
    await expect(sync()).rejects.toThrow(JobNotRunningError);
    expect([...world.objects.keys()].toSorted()).toEqual([archiveKey(1), extractKey(1)]);
    expect(world.current?.id).toBe('snapshot-1');
  });

  it('has succeeded even if the snapshot before it could not be removed', async () => {
    const bucket = { ...ports.bucket, remove: () => Promise.reject(new Error('refused')) };
    await expect(sync({ type: 'budget_sync' }, { bucket })).resolves.toBeDefined();
  });
});

it('says nothing of a sync point where none is known', async () => {
  await sync({ type: 'budget_sync' });
  expect(world.current).not.toHaveProperty('syncPoint');
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
    fetch: async () => ({
      archive: ARCHIVE,
      extract: world.extract,
      cloudFileId: 'file',
      syncPoint,
    }),
  };

  beforeEach(async () => {
    await sync({ type: 'budget_sync' }, { budgets });
    world.done = [];
  });

  it('leaves the snapshot as it is, and counts what is in it', async () => {
    const before = world.current;
    const unopened = { ...budgets, fetch: () => Promise.reject(new Error('It was opened')) };
    const { counts } = await sync({ type: 'sync_and_suggest' }, { budgets: unopened });
    expect(counts).toEqual({ accounts: 1, transactions: 1, newTransactions: 0 });
    expect([world.current, world.done]).toEqual([before, ['unchanged']]);
    expect(world.current).toMatchObject({ syncPoint });
  });

  it('makes it anew when somebody has taken the extract away', async () => {
    world.objects.delete(extractKey(1));
    await sync({ type: 'budget_sync' }, { budgets });
    expect(world.current?.id).toBe('snapshot-2');
  });
});
