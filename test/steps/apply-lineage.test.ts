import { describe, expect, it } from 'vitest';
import { jobId } from '../../functions/domain/ids.ts';
import type { Job, JobRecord } from '../../functions/domain/job.ts';
import { lineage } from '../../functions/steps/apply-lineage.ts';
import { at, JOB, uuid } from '../domain/builders.ts';
import { jobOf } from './applying.ts';

/** Which jobs an apply goes on from, and since when these may have sent something. */

const FAILED = { status: 'failed', failureCode: 'TIMED_OUT' } as const;
const REFUSED = { status: 'failed', failureCode: 'APPLY_REJECTED' } as const;

/** Of a job that repeats the last of these, each of which repeats the one before it. */
function repeating(...ended: readonly Partial<Job>[]) {
  const records = new Map<string, JobRecord>();
  let parent: string | null = null;
  for (const [n, one] of ended.entries()) {
    const { job, steps } = jobOf(undefined, parent);
    parent = uuid(70 + n);
    records.set(parent, { job: { ...job, id: jobId(parent), ...one }, steps });
  }
  return lineage({ get: async (id) => records.get(id) }, jobOf(undefined, parent).job);
}

describe('what an apply goes on from', () => {
  it('is itself alone where it repeats none', async () => {
    expect(await repeating()).toEqual({ ownJobs: new Set([JOB]), sentSince: undefined });
  });

  it('is since the first of several that may have sent', async () => {
    const { ownJobs, sentSince } = await repeating(
      { ...FAILED, startedAt: at(10) },
      { ...FAILED, startedAt: at(20) },
    );
    expect([...ownJobs]).toEqual([JOB, uuid(71), uuid(70)]);
    expect(sentSince).toBe(at(10));
  });

  it('is since the last one where those before it have sent nothing', async () => {
    const { sentSince } = await repeating(
      { ...REFUSED, startedAt: at(10) },
      { ...FAILED, startedAt: at(20) },
    );
    expect(sentSince).toBe(at(20));
  });

  it('is since the first one where a later one was refused whole', async () => {
    const { sentSince } = await repeating(
      { ...FAILED, startedAt: at(10) },
      { ...REFUSED, startedAt: at(20) },
    );
    expect(sentSince).toBe(at(10));
  });
});
