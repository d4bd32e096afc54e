import { expect } from 'vitest';
import type { BankSyncReport } from '../../functions/domain/bank-refusals.ts';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import type { Work } from '../../functions/domain/job.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type SyncPorts, syncStep } from '../../functions/steps/sync.ts';
import { at, BUDGET, FENCE, newRecord } from '../domain/builders.ts';
import { smallExtract } from '../domain/extracts.ts';

/** The step `sync` over a server, a bucket and a table in memory. */

export const ARCHIVE = new Uint8Array([1, 2, 3]);

/** What the step meets, and what it did. */
interface World {
  /** In order. */
  done: string[];
  readonly objects: Map<string, Uint8Array | BudgetExtract>;
  current: Snapshot | undefined;
  asked: Parameters<SyncPorts['budgets']['fetch']>[0][];
  extract: BudgetExtract;
  written: 'written' | 'conflict';
  sending: 'written' | 'conflict';
  banks: BankSyncReport;
  ids: number;
  suggestions: readonly Suggestion[];
  suggestionsWritten: 'written' | 'not_running';
}

const fresh = (): World => ({
  done: [],
  objects: new Map(),
  current: undefined,
  asked: [],
  extract: smallExtract(),
  written: 'written',
  sending: 'written',
  banks: { linked: 3, refusals: [] },
  ids: 0,
  suggestions: [],
  suggestionsWritten: 'written',
});

export const world: World = fresh();

/** As it is before each test: no snapshot and no suggestions. */
export function begin(): void {
  Object.assign(world, fresh());
}

export const ports: SyncPorts = {
  suggestions: {
    all: async () => world.suggestions,
    async write({ put, reopen, renew, remove }) {
      expect([put, reopen, renew]).toEqual([[], [], []]);
      world.suggestions = world.suggestions.filter((one) => !remove.includes(one));
      return world.suggestionsWritten === 'written'
        ? { kind: 'written', leftOut: [] }
        : { kind: 'not_running' };
    },
  },
  unusedSnapshotDays: 90,
  onUnchanged: () => world.done.push('unchanged'),
  budgets: {
    isUpToDate: async () => false,
    async fetch(request) {
      world.asked.push(request);
      return { archive: ARCHIVE, extract: world.extract, cloudFileId: 'file' };
    },
    async fetchWithBanks(request, beforeChange) {
      if (world.banks.linked > 0) await beforeChange();
      world.done.push('bank sync');
      world.asked.push(request);
      return { archive: ARCHIVE, extract: world.extract, cloudFileId: 'file', banks: world.banks };
    },
  },
  jobs: {
    async beginSending() {
      world.done.push('sending');
      return world.sending;
    },
  },
  snapshots: {
    current: async () => world.current,
    async setCurrent(snapshot) {
      world.done.push(`current ${snapshot.id}`);
      if (world.written === 'written') world.current = snapshot;
      return world.written;
    },
  },
  bucket: {
    async readArchive(key) {
      const archive = world.objects.get(key);
      return archive instanceof Uint8Array ? archive : undefined;
    },
    async writeArchive(key, archive) {
      world.done.push(`write ${key}`);
      world.objects.set(key, archive);
      return `stamp of ${key}`;
    },
    async readExtract(key) {
      const found = world.objects.get(key);
      if (found === undefined || found instanceof Uint8Array) {
        throw new FailureError(failure('SNAPSHOT_MISSING'));
      }
      return found;
    },
    async writeExtract(key, one) {
      world.done.push(`write ${key}`);
      world.objects.set(key, one);
      return `stamp of ${key}`;
    },
    stampOf: async (key) => (world.objects.has(key) ? `stamp of ${key}` : undefined),
    async remove(keys) {
      world.done.push(...keys.map((key) => `remove ${key}`));
      for (const key of keys) world.objects.delete(key);
    },
  },
  newSnapshotId: () => `snapshot-${++world.ids}`,
};

/** The step, 30 seconds after the job was made. */
export const sync = (work: Work = { type: 'budget_sync' }, changes: Partial<SyncPorts> = {}) =>
  syncStep({ ...ports, ...changes })({ record: newRecord(work), fence: FENCE, now: () => at(30) });

export const archiveKey = (n: number) => `archives/${BUDGET}/snapshot-${n}.zip`;
export const extractKey = (n: number) => `extracts/${BUDGET}/snapshot-${n}.json.gz`;
