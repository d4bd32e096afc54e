import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { budgetId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { type RetryPorts, retry } from '../../functions/jobs/retry.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { context, JOB, uuid } from '../domain/builders.ts';
import { MemoryJobs, submitPorts } from '../handlers/memory-jobs.ts';

const HOME = budgetId(uuid(0xb1));

const isThere = () => true;
const mayApprove = true;
const IDS = [parseSuggestionId('t-1.1')];

let jobs: MemoryJobs;
let ports: RetryPorts;

beforeEach(() => {
  jobs = new MemoryJobs();
  ports = { ...submitPorts(jobs), jobs };
});

async function queued(work: Work = { type: 'budget_sync' }): Promise<JobRecord> {
  const made = await submit(ports, { budgetId: HOME, work, requestedBy: 'anna' });
  if (made.kind === 'key_reused') throw new Error('The key was used before');
  return made.record;
}

async function ended(status: 'succeeded' | 'failed' | 'canceled', work?: Work): Promise<JobRecord> {
  const started = startJob(await queued(work), context(1));
  const outcome =
    status === 'failed' ? { status, failure: failure('SERVER_UNREACHABLE') } : { status };
  const change = endJob(started.record, outcome, context(2));
  jobs.write(change);
  return change.record;
}

const again = (record: JobRecord) =>
  retry(ports, { jobId: record.job.id, requestedBy: 'ben', isThere, mayApprove });

async function made(record: JobRecord): Promise<JobRecord> {
  const retried = await again(record);
  if (retried.kind !== 'created') throw new Error(`The retry was ${retried.kind}.`);
  return retried.record;
}

describe('retrying a job', () => {
  it.each(['failed', 'canceled'] as const)('makes a new job of a %s one', async (status) => {
    const before = await ended(status, { type: 'sync_and_suggest', fullResync: true });
    const { job, steps } = await made(before);
    expect(job).toMatchObject({
      type: 'sync_and_suggest',
      budgetId: HOME,
      status: 'queued',
      parentJobId: before.job.id,
      metadata: { fullResync: true, retryCount: 1, requestedBy: 'ben', trigger: 'api' },
    });
    expect(steps.map(({ status: step }) => step)).toEqual(['queued', 'queued']);
  });

  it('reads no list for a job that has none, and writes no key that was not sent', async () => {
    const before = await ended('failed');
    jobs.input = async () => {
      throw new Error('There is no list');
    };
    await made(before);
    expect(jobs.creations.at(-1)).not.toHaveProperty('request');
  });

  it('asks for no job where none repeats it', async () => {
    const before = await ended('failed');
    const asked: unknown[] = [];
    const { get } = jobs;
    jobs.get = async (id) => {
      asked.push(id);
      return get.call(jobs, id);
    };
    await made(before);
    expect(asked).toEqual([before.job.id]);
  });

  it('leaves the job that it repeats as it was', async () => {
    const before = await ended('failed');
    await made(before);
    expect(await jobs.get(before.job.id)).toEqual(before);
  });

  it('counts how many jobs before tried the same', async () => {
    const first = await ended('failed');
    const second = await made(first);
    const change = endJob(second, { status: 'canceled' }, context(3));
    jobs.write(change);
    expect((await made(change.record)).job).toMatchObject({
      parentJobId: second.job.id,
      metadata: { retryCount: 2 },
    });
  });

  it('takes the very suggestions again that the job was to apply', async () => {
    const suggestionIds = [parseSuggestionId('t1.1'), parseSuggestionId('t2.4')];
    const before = await ended('failed', { type: 'suggestions_apply', suggestionIds });
    const { job } = await made(before);
    expect(await jobs.input(job.id)).toEqual({ suggestionIds });
  });

  it('is refused when those are not kept any more', async () => {
    const suggestionIds = [parseSuggestionId('t1.1')];
    const before = await ended('failed', { type: 'suggestions_apply', suggestionIds });
    jobs.input = async () => undefined;
    expect(await again(before)).toEqual({ kind: 'forgotten' });
  });

  it.each(['queued', 'running', 'succeeded'] as const)(
    'is refused for a job that is %s',
    async (status) => {
      const record = status === 'succeeded' ? await ended(status) : await queued();
      if (status === 'running') jobs.write(startJob(record, context(1)));
      expect(await again(record)).toEqual({ kind: 'refused', status, by: record.job.id });
    },
  );

  it('says when there is no such job', async () => {
    expect(await retry(ports, { jobId: JOB, requestedBy: 'ben', isThere, mayApprove })).toEqual({
      kind: 'unknown',
    });
  });

  it('says the same of one whose budget is not there for the caller, and makes none', async () => {
    const { job } = await ended('failed');
    const before = jobs.creations.length;
    const request = {
      jobId: job.id,
      requestedBy: 'ben',
      isThere: (id: string) => id !== HOME,
      mayApprove,
    };
    expect(await retry(ports, request)).toEqual({ kind: 'unknown' });
    expect(jobs.creations).toHaveLength(before);
  });

  it.each<[string, Work, string]>([
    ['names suggestions', { type: 'suggestions_apply', suggestionIds: IDS }, 'not_allowed'],
    ['takes pending ones', { type: 'suggestions_apply', minConfidence: 0.9 }, 'not_allowed'],
    ['takes what is approved', { type: 'suggestions_apply' }, 'created'],
    ['applies nothing', { type: 'budget_sync' }, 'created'],
  ])('that %s, for one who may approve nothing', async (_what, work, kind) => {
    const { job } = await ended('failed', work);
    const before = jobs.creations.length;
    const request = { jobId: job.id, requestedBy: 'ben', isThere, mayApprove: false };
    expect((await retry(ports, request)).kind).toBe(kind);
    expect(jobs.creations).toHaveLength(before + (kind === 'created' ? 1 : 0));
  });

  it('makes one job of one request, however often it comes', async () => {
    const { job } = await ended('failed');
    const key = { key: 'k', bodyHash: 'b' };
    const request = { jobId: job.id, requestedBy: 'ben', request: key, isThere, mayApprove };
    const first = await retry(ports, request);
    const second = await retry(ports, request);
    expect([first.kind, second.kind]).toEqual(['created', 'replayed']);
    expect(second).toMatchObject({ record: { job: { parentJobId: job.id } } });
  });
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
