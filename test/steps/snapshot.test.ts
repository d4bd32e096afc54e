import { beforeEach, describe, expect, it } from 'vitest';
import type { KeptSnapshot, Snapshot } from '../../functions/domain/snapshot.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { type SnapshotStepPorts, snapshotStep } from '../../functions/steps/snapshot.ts';
import { at, BUDGET, FENCE, JOB, newRecord } from '../domain/builders.ts';
import { smallExtract } from '../domain/extracts.ts';

const ARCHIVE = new Uint8Array([1, 2]);
const COPY = new Uint8Array([1, 2, 3]);
const KEPT_KEY = `kept/${BUDGET}/snapshot-1.zip`;

let objects: Map<string, Uint8Array>;
let kept: KeptSnapshot | undefined;
let current: Snapshot | undefined;
let written: 'written' | 'conflict';
let fetches: number;
let opened: unknown;
let ids: number;
/** Called before a copy is recorded. */
let beforeKeep: () => Promise<void>;

beforeEach(() => {
  objects = new Map();
  kept = undefined;
  current = undefined;
  written = 'written';
  fetches = 0;
  ids = 0;
  beforeKeep = async () => {};
});

const ports: SnapshotStepPorts = {
  retentionDays: 30,
  newSnapshotId: () => `snapshot-${++ids}`,
  budgets: {
    async fetchWithCopy(request) {
      fetches += 1;
      opened = request;
      return { archive: ARCHIVE, copy: COPY, extract: smallExtract(), cloudFileId: 'file' };
    },
  },
  snapshots: {
    current: async () => current,
    async setCurrent(snapshot) {
      current = snapshot;
      return 'written';
    },
  },
  bucket: {
    readArchive: async (key) => objects.get(key),
    async writeArchive(key, archive) {
      objects.set(key, archive);
      return 'stamp';
    },
    readExtract: async () => smallExtract(),
    writeExtract: async () => 'stamp',
    stampOf: async () => undefined,
    async remove(keys) {
      for (const key of keys) objects.delete(key);
    },
  },
  kept: {
    get: async () => kept,
    async keep(snapshot) {
      await beforeKeep();
      if (written === 'written') kept = snapshot;
      return written;
    },
  },
};

const run = () =>
  snapshotStep(ports)({
    record: newRecord({ type: 'snapshot_create' }),
    fence: FENCE,
    now: () => at(60),
  });

describe('keeping a copy', () => {
  it('is made from the current snapshot', async () => {
    await run();
    kept = undefined;
    await run();
    expect(opened).toMatchObject({ archive: ARCHIVE, cloudFileId: 'file' });
  });

  it('keeps the budget as it stands on the server, under the id of the job', async () => {
    const { counts } = await run();
    expect(objects.get(KEPT_KEY)).toBe(COPY);
    expect(kept).toEqual({
      id: JOB,
      budgetId: BUDGET,
      takenAt: at(60),
      archiveKey: KEPT_KEY,
      bytes: 3,
      counts,
      expiresAt: at(60 + 30 * 86_400),
    });
  });

  it('makes it the current snapshot too: it is the newest there is', async () => {
    await run();
    expect(current).toMatchObject({ id: 'snapshot-1', takenAt: at(60) });
  });

  it('makes no second copy when it is run again', async () => {
    const first = await run();
    const before = kept;
    expect(await run()).toEqual(first);
    expect(kept).toBe(before);
    expect(fetches).toBe(1);
  });

  it('leaves nothing behind once it no longer holds the budget', async () => {
    written = 'conflict';
    await expect(run()).rejects.toThrow(JobNotRunningError);
    expect(objects.has(KEPT_KEY)).toBe(false);
  });

  it('leaves the copy alone that the worker after it kept meanwhile', async () => {
    beforeKeep = async () => {
      beforeKeep = async () => {};
      await run();
      written = 'conflict';
    };
    await expect(run()).rejects.toThrow(JobNotRunningError);
    expect(objects.get(kept?.archiveKey ?? '')).toBe(COPY);
  });
});
