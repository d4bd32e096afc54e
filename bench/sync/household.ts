import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { loadLibrary } from '../../functions/actual/library.ts';
import type { ServerSettings } from '../../functions/actual/session.ts';
import { encodeExtract, parseExtract } from '../../functions/domain/extract-codec.ts';
import {
  budgetId,
  executionId,
  type JobId,
  timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import { type SyncPorts, syncStep } from '../../functions/steps/sync.ts';
import { MemorySession } from '../../test/actual/memory-ports.ts';
import { newRecord } from '../../test/domain/builders.ts';
import type { BudgetServer } from '../budget/server.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The step that syncs, on a real server, with table and bucket in memory: what they take is measured elsewhere. */
export interface Household {
  /** Syncs, and keeps the outcome as the current snapshot. */
  sync(work?: Work): Promise<void>;
  /** The same, opening the budget from its snapshot whatever the server has. */
  syncByOpening(): Promise<void>;
  /** Actual's library downloads the budget, opens it and closes it, and nothing else is done. After a sync: it takes that session. */
  downloadAlone(): Promise<void>;
  /** What is current now is so again before each sync from here on. */
  pin(): void;
}

/** @param url of the server, or of something before it. */
export function household({ password, budgetId: syncId }: BudgetServer, url: string): Household {
  const budget = budgetId(syncId);
  const session = new MemorySession();
  const settings: ServerSettings = {
    serverUrl: url,
    password,
    secretVersion: 'version',
    serverId: 'server',
    budgetPasswords: {},
  };
  let current: Snapshot | undefined;
  let pinned: Snapshot | undefined;

  const budgets = () =>
    new ActualBudgets({
      settings: async () => settings,
      tokens: session,
      logins: session,
      owner: workerId('worker'),
    });
  const bucket = memoryBucket((key) => key === pinned?.archiveKey || key === pinned?.extractKey);
  const ports = (): SyncPorts => ({
    budgets: budgets(),
    jobs: { beginSending: async () => 'written' },
    suggestions: { all: async () => [], write: async () => ({ kind: 'written', leftOut: [] }) },
    snapshots: {
      current: async () => current,
      async setCurrent(snapshot) {
        current = snapshot;
        return 'written';
      },
    },
    bucket,
    newSnapshotId: randomUUID,
    unusedSnapshotDays: 90,
    onUnchanged: () => {},
  });

  async function run(work: Work, changes: Partial<SyncPorts> = {}): Promise<void> {
    current = pinned ?? current;
    const record = newRecord(work);
    const { id: jobId } = record.job;
    await syncStep({ ...ports(), ...changes })({
      record: { ...record, job: { ...record.job, budgetId: budget } },
      fence: fenceOf(jobId),
      now: () => timestamp(new Date().toISOString()),
    });
  }

  const fenceOf = (jobId: JobId) => ({
    budgetId: budget,
    jobId,
    executionId: executionId('execution'),
    workerId: workerId('worker'),
  });

  return {
    sync: (work = { type: 'budget_sync' }) => run(work),
    syncByOpening() {
      const { snapshots } = ports();
      const unknowing = async () => current && withoutSyncPoint(current);
      return run({ type: 'budget_sync' }, { snapshots: { ...snapshots, current: unknowing } });
    },
    async downloadAlone() {
      const library = await loadLibrary();
      const dataDir = await mkdtemp(join(tmpdir(), 'download-'));
      await library.start({ dataDir, serverUrl: url });
      await library.useToken(session.token?.token ?? '');
      await library.downloadBudget(budget, undefined);
      await library.close();
      await rm(dataDir, { recursive: true, force: true });
    },
    pin() {
      pinned = current;
    },
  };
}

/** @param isPinned of objects that are not to be removed. */
function memoryBucket(isPinned: (key: string) => boolean): SyncPorts['bucket'] {
  const objects = new Map<string, Uint8Array>();
  const put = async (key: string, content: Uint8Array) => {
    objects.set(key, content);
    return key;
  };
  return {
    readArchive: async (key) => objects.get(key),
    writeArchive: put,
    readExtract: async (key) =>
      parseExtract((await unpack(objects.get(key) ?? new Uint8Array())).toString()),
    writeExtract: async (key, extract) => put(key, await pack(encodeExtract(extract))),
    stampOf: async (key) => (objects.has(key) ? key : undefined),
    async remove(keys) {
      for (const key of keys) if (!isPinned(key)) objects.delete(key);
    },
  };
}

function withoutSyncPoint({ syncPoint: _, ...snapshot }: Snapshot): Snapshot {
  return snapshot;
}
