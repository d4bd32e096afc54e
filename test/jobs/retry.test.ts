import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { budgetId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { type RetryPorts, retry } from '../../functions/jobs/retry.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { context, JOB, uuid } from '../domain/builders.ts';
import { MemoryJobs, submitPorts } from '../handlers/memory-jobs.ts';

const HOME = budgetId(uuid(0xb1));

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

const again = (record: JobRecord) => retry(ports, { jobId: record.job.id, requestedBy: 'ben' });

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

  it('is refused while the job waits in line', async () => {
    expect(await again(await queued())).toEqual({ kind: 'refused', status: 'queued' });
  });

  it('is refused while the job runs', async () => {
    const change = startJob(await queued(), context(1));
    jobs.write(change);
    expect(await again(change.record)).toEqual({ kind: 'refused', status: 'running' });
  });

  it('is refused for a job that succeeded', async () => {
    expect(await again(await ended('succeeded'))).toEqual({
      kind: 'refused',
      status: 'succeeded',
    });
  });

  it('says when there is no such job', async () => {
    expect(await retry(ports, { jobId: JOB, requestedBy: 'ben' })).toEqual({ kind: 'unknown' });
  });

  it('makes one job of one request, however often it comes', async () => {
    const { job } = await ended('failed');
    const request = { jobId: job.id, requestedBy: 'ben', request: { key: 'k', bodyHash: 'b' } };
    const first = await retry(ports, request);
    const second = await retry(ports, request);
    expect([first.kind, second.kind]).toEqual(['created', 'replayed']);
    expect(second).toMatchObject({ record: { job: { parentJobId: job.id } } });
  });
});
