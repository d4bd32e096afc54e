import { describe, expect, it } from 'vitest';
import { jobId, parseSuggestionId } from '../../functions/domain/ids.ts';
import { at, uuid } from '../domain/builders.ts';
import { DAY, HOME, jobLine, newJob } from './job-line.ts';

/** Jobs come into a line: created, asked for again, repeated. */

const line = jobLine();
const { queued, eventsOf, storesByRetention } = line;

describe('creating', () => {
  it('keeps every field of the job, its steps and its events', async () => {
    const change = newJob(1, { type: 'sync_and_suggest', fullResync: true });
    await line.store.create({ change });
    expect(await line.store.get(change.record.job.id)).toEqual(change.record);
    expect(await line.store.whole(change.record.job.id)).toEqual(change.record);
    expect(await line.histories.history(change.record.job.id)).toEqual({
      job: change.record.job,
      events: change.events,
    });
  });

  it('puts the job in line behind those with smaller ids', async () => {
    await queued(7);
    await queued(5);
    await queued(6);
    expect(await line.store.look(HOME)).toEqual({ next: jobId(uuid(5)) });
  });

  it('keeps long lists beside the job, not in it', async () => {
    const change = newJob(1, { type: 'suggestions_apply' });
    const suggestionIds = Array.from({ length: 500 }, (_, i) => parseSuggestionId(`${uuid(i)}.1`));
    await line.store.create({ change, input: { suggestionIds } });
    expect(await line.store.input(change.record.job.id)).toEqual({ suggestionIds });
    expect(await line.store.get(change.record.job.id)).toEqual(change.record);
    expect(await line.store.whole(change.record.job.id)).toEqual({
      ...change.record,
      input: { suggestionIds },
    });
    expect(await eventsOf(change.record.job.id)).toEqual(change.events);
  });

  it('knows no job and no history under an id that was never used', async () => {
    expect(await line.store.get(jobId(uuid(9)))).toBeUndefined();
    expect(await line.store.whole(jobId(uuid(9)))).toBeUndefined();
    expect(await line.histories.history(jobId(uuid(9)))).toBeUndefined();
  });
});

describe('the same request again', () => {
  const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };

  it('gives the job that the first one made, and makes none', async () => {
    const first = newJob(1);
    const second = newJob(2);
    await line.store.create({ change: first, request });
    expect(await line.store.create({ change: second, request })).toEqual({
      kind: 'replayed',
      jobId: first.record.job.id,
    });
    expect(await line.store.get(second.record.job.id)).toBeUndefined();
  });

  it('is told from another body under the same key', async () => {
    await line.store.create({ change: newJob(1), request });
    const other = { ...request, bodyHash: 'other' };
    expect(await line.store.create({ change: newJob(2), request: other })).toEqual({
      kind: 'key_reused',
    });
  });

  it('gives it for a day, to the second', async () => {
    await line.store.create({ change: newJob(1), request });
    line.now = at(DAY - 1);
    expect(await line.store.create({ change: newJob(2), request })).toEqual({
      kind: 'replayed',
      jobId: jobId(uuid(1)),
    });
  });

  it('makes a new job a day later', async () => {
    await line.store.create({ change: newJob(1), request });
    line.now = at(DAY);
    expect(await line.store.create({ change: newJob(2), request })).toEqual({ kind: 'created' });
  });

  it('makes one job when both come at once', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((n) => line.store.create({ change: newJob(n), request })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'replayed')).toHaveLength(3);
  });
});

describe('a request', () => {
  const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };
  const JOB = jobId(uuid(1));

  it('was answered with the job that it made, until a day later', async () => {
    expect(await line.store.answered(request)).toBeUndefined();
    await line.store.create({ change: newJob(1), request });
    expect(await line.store.answered(request)).toEqual({ kind: 'replayed', jobId: JOB });
    expect(await line.store.answered({ ...request, bodyHash: 'other' })).toEqual({
      kind: 'key_reused',
    });
    line.now = at(DAY);
    expect(await line.store.answered(request)).toBeUndefined();
  });

  it('is answered with a job that is there already, and with no other after that', async () => {
    expect(await line.store.answer(request, JOB)).toEqual({ kind: 'replayed', jobId: JOB });
    const again = await line.store.answer(request, jobId(uuid(2)));
    expect(again).toEqual({ kind: 'replayed', jobId: JOB });
    expect(await line.store.answer({ ...request, bodyHash: 'other' }, JOB)).toEqual({
      kind: 'key_reused',
    });
    expect(await line.store.create({ change: newJob(3), request })).toEqual(again);
  });
});

describe('repeating a job', () => {
  const RERUN = jobId(uuid(5));

  it('puts the new job in line and names it as the one that repeats', async () => {
    const { job } = await queued(1);
    expect(await line.store.rerun(job.id)).toBeUndefined();
    const change = newJob(5);
    expect(await line.store.repeat({ change }, { of: job, before: undefined })).toEqual({
      kind: 'created',
    });
    expect(await line.store.rerun(job.id)).toBe(RERUN);
    expect(await line.store.get(RERUN)).toEqual(change.record);
  });

  it('leaves the job that is repeated as it was', async () => {
    const record = await queued(1);
    await line.store.repeat({ change: newJob(5) }, { of: record.job, before: undefined });
    expect(await line.store.get(record.job.id)).toEqual(record);
    expect(await eventsOf(record.job.id)).toHaveLength(3);
  });

  it('is done by one of many that try at once', async () => {
    const { job } = await queued(1);
    const tries = await Promise.all(
      [5, 6, 7, 8].map((n) => {
        const request = { key: `hash-of-key-${n}`, bodyHash: 'hash-of-body' };
        return line.store.repeat({ change: newJob(n), request }, { of: job, before: undefined });
      }),
    );
    expect(tries.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(tries.filter(({ kind }) => kind === 'overtaken')).toHaveLength(3);
    const { jobs } = await line.store.list({ budgetId: HOME }, { limit: 10 });
    expect(jobs).toHaveLength(2);
  });

  it('gives the same request its job again', async () => {
    const { job } = await queued(1);
    const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };
    const repetition = { of: job, before: undefined };
    await line.store.repeat({ change: newJob(5), request }, repetition);
    const again = await line.store.repeat({ change: newJob(6), request }, repetition);
    expect(again).toEqual({ kind: 'replayed', jobId: RERUN });
  });

  it('is known as long as the job that repeats is kept', async () => {
    const { job } = await queued(1);
    await line.store.repeat({ change: newJob(20 * DAY) }, { of: job, before: undefined });
    line.now = at(49 * DAY);
    expect(await line.store.rerun(job.id)).toBeDefined();
    line.now = at(51 * DAY);
    expect(await line.store.rerun(job.id)).toBeUndefined();
  });

  it('is known also where jobs are kept for less time by now than when the repeated one was made', async () => {
    const kept = await storesByRetention();
    const change = newJob(1);
    await kept(30).create({ change });
    const { job } = change.record;
    line.now = at(20 * DAY);
    const repetition = { of: job, before: undefined };
    const rerun = newJob(20 * DAY);
    expect((await kept(7).repeat({ change: rerun }, repetition)).kind).toBe('created');
    expect(await kept(7).rerun(job.id)).toBe(rerun.record.job.id);
  });

  it('is possible again once the job that repeats is over although the engine still has it', async () => {
    const kept = await storesByRetention();
    const change = newJob(1);
    await kept(30).create({ change });
    const { job } = change.record;
    const repeated = (seconds: number) =>
      kept(7).repeat({ change: newJob(seconds) }, { of: job, before: undefined });
    expect((await repeated(DAY)).kind).toBe('created');
    line.now = at(9 * DAY);
    expect(await kept(7).rerun(job.id)).toBeUndefined();
    expect((await repeated(9 * DAY)).kind).toBe('created');
  });
});
