import { beforeEach, describe, expect, it } from 'vitest';
import { parseSuggestionId } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { retry } from '../../functions/jobs/retry.ts';
import { context, JOB } from '../domain/builders.ts';
import { HOME, isThere, mayApprove, retrying } from './retrying.ts';

const IDS = [parseSuggestionId('t-1.1')];

let { jobs, ports, queued, ended, again, made } = retrying();

beforeEach(() => {
  ({ jobs, ports, queued, ended, again, made } = retrying());
});

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
