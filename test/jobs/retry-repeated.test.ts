import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import type { JobRecord } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { retry } from '../../functions/jobs/retry.ts';
import { context } from '../domain/builders.ts';
import { HOME, isThere, mayApprove, retrying } from './retrying.ts';

let { jobs, ports, ended, again, made } = retrying();

beforeEach(() => {
  ({ jobs, ports, ended, again, made } = retrying());
});

describe('retrying a job that is repeated already', () => {
  const write = (change: JobChange) => {
    jobs.write(change);
    return change.record;
  };
  const failedAgain = (record: JobRecord) =>
    write(
      endJob(
        write(startJob(record, context(3))),
        { status: 'failed', failure: failure('TIMED_OUT') },
        context(4),
      ),
    );

  it.each(['waits', 'runs'])('gives that job while it %s', async (what) => {
    const before = await ended('failed');
    const first = await made(before);
    const now = what === 'runs' ? write(startJob(first, context(3))) : first;
    expect(await again(before)).toEqual({ kind: 'replayed', record: now });
  });

  it('repeats the last one once that has failed too, as its child', async () => {
    const before = await ended('failed');
    const second = failedAgain(await made(before));
    const third = await made(before);
    expect(third.job).toMatchObject({ parentJobId: second.job.id, metadata: { retryCount: 2 } });
    expect(await again(second)).toEqual({ kind: 'replayed', record: third });
  });

  it('is refused once that one has succeeded', async () => {
    const before = await ended('failed');
    const started = write(startJob(await made(before), context(3)));
    const done = write(endJob(started, { status: 'succeeded' }, context(4)));
    const refused = { kind: 'refused', status: 'succeeded', by: done.job.id };
    expect(await again(before)).toEqual(refused);
  });

  it('makes a new one where that is not kept any more', async () => {
    const before = await ended('failed');
    const gone = await made(before);
    jobs.records.delete(gone.job.id);
    expect((await made(before)).job.parentJobId).toBe(before.job.id);
  });

  it('gives the job of whoever was faster at the same moment', async () => {
    const before = await ended('failed');
    const { repeat } = jobs;
    let faster: JobRecord | undefined;
    jobs.repeat = async (...repetition) => {
      jobs.repeat = repeat;
      faster = await made(before);
      return jobs.repeat(...repetition);
    };
    expect(await again(before)).toEqual({ kind: 'replayed', record: faster });
    expect(jobs.records.size).toBe(2);
  });

  it('gives up after five lost races, and says so', async () => {
    const before = await ended('failed');
    let lost = 0;
    jobs.repeat = async () => {
      lost += 1;
      return { kind: 'overtaken' };
    };
    expect(await again(before)).toEqual({ kind: 'conflict' });
    expect(lost).toBe(5);
  });
});

describe('retrying with an idempotency key', () => {
  const KEY = { key: 'k', bodyHash: 'b' };
  const keyed = (record: JobRecord, request = KEY) =>
    retry(ports, { jobId: record.job.id, requestedBy: 'ben', request, isThere, mayApprove });

  it('gives the job of the same request, whatever became of it', async () => {
    const before = await ended('failed');
    const first = await keyed(before);
    if (first.kind !== 'created') throw new Error(`The retry was ${first.kind}.`);
    const started = startJob(first.record, context(3));
    const done = endJob(started.record, { status: 'succeeded' }, context(4));
    jobs.write(done);
    expect(await keyed(before)).toEqual({ kind: 'replayed', record: done.record });
  });

  it('keeps to the job that it was given, also when that was asked for by somebody else', async () => {
    const before = await ended('failed');
    const first = await made(before);
    expect(await keyed(before)).toEqual({ kind: 'replayed', record: first });
    const canceled = endJob(first, { status: 'canceled' }, context(3));
    jobs.write(canceled);
    expect(await keyed(before)).toEqual({ kind: 'replayed', record: canceled.record });
  });

  it('gives the job of the same request at the same moment', async () => {
    const before = await ended('failed');
    const { repeat } = jobs;
    let faster: unknown;
    jobs.repeat = async (...repetition) => {
      jobs.repeat = repeat;
      faster = await keyed(before);
      return jobs.repeat(...repetition);
    };
    const replayed = await keyed(before);
    expect(faster).toEqual({ ...replayed, kind: 'created' });
    expect(replayed.kind).toBe('replayed');
  });

  it('says no more than that there is no such job, once its budget is not there for the caller', async () => {
    const before = await ended('failed');
    await keyed(before);
    const request = { jobId: before.job.id, requestedBy: 'ben', request: KEY };
    const asked: string[] = [];
    const isThere = (budget: string) => {
      asked.push(budget);
      return false;
    };
    expect(await retry(ports, { ...request, isThere, mayApprove })).toEqual({ kind: 'unknown' });
    expect(asked).toEqual([HOME]);
  });

  it('refuses a key that came with another body', async () => {
    const before = await ended('failed');
    await keyed(before);
    expect(await keyed(before, { ...KEY, bodyHash: 'other' })).toEqual({ kind: 'key_reused' });
  });
});
