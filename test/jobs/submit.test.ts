import { beforeEach, describe, expect, it } from 'vitest';
import { budgetId, parseSuggestionId } from '../../functions/domain/ids.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { type Submission, type SubmitPorts, submit } from '../../functions/jobs/submit.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { context, uuid } from '../domain/builders.ts';
import { MemoryJobs, submitPorts } from '../handlers/memory-jobs.ts';

const HOME = budgetId(uuid(0xb1));
const REQUEST = { key: 'key', bodyHash: 'body' };

let jobs: MemoryJobs;
let ports: SubmitPorts;

beforeEach(() => {
  jobs = new MemoryJobs();
  ports = submitPorts(jobs);
});

function submission(more: Partial<Submission> = {}): Submission {
  return { budgetId: HOME, work: { type: 'sync_and_suggest' }, requestedBy: 'anna', ...more };
}

async function submitted(more: Partial<Submission> = {}) {
  const outcome = await submit(ports, submission(more));
  if (outcome.kind === 'key_reused') throw new Error('The key was used before');
  return outcome;
}

describe('submitting a job', () => {
  it('puts it in line with its steps, in one write', async () => {
    const { kind, record } = await submitted();
    expect(kind).toBe('created');
    expect(record.job).toMatchObject({ budgetId: HOME, status: 'queued', version: 3 });
    expect(record.steps.map((step) => step.stepType)).toEqual(['sync', 'suggestions']);
    expect(jobs.creations).toHaveLength(1);
  });

  it('says who asked, and that it was through the API', async () => {
    const { record } = await submitted();
    expect(record.job.metadata).toMatchObject({ trigger: 'api', requestedBy: 'anna' });
  });

  it('keeps the list of suggestions beside the job, not in it', async () => {
    const suggestionIds = [parseSuggestionId('t1.1'), parseSuggestionId('t2.4')];
    const { record } = await submitted({ work: { type: 'suggestions_apply', suggestionIds } });
    expect(jobs.creations[0]?.input).toEqual({ suggestionIds });
    expect(record.job.metadata).toMatchObject({ suggestionCount: 2 });
    expect(JSON.stringify(record)).not.toContain('t2.4');
  });

  it('writes no list for a job that has none', async () => {
    await submitted({ work: { type: 'suggestions_apply', minConfidence: 0.9 } });
    expect(jobs.creations[0]).not.toHaveProperty('input');
    expect(jobs.creations[0]).not.toHaveProperty('request');
  });

  it('makes another job for each request without a key', async () => {
    const first = await submitted();
    const second = await submitted();
    expect(second.record.job.id).not.toBe(first.record.job.id);
  });

  it('gives the same job again, as it stands now, for the same request', async () => {
    const first = await submitted({ request: REQUEST });
    const running = startJob(first.record, context(5));
    jobs.write(running);
    jobs.write(endJob(running.record, { status: 'canceled' }, context(6)));
    const again = await submitted({ request: REQUEST });
    expect(again.kind).toBe('replayed');
    expect(again.record.job).toMatchObject({ id: first.record.job.id, status: 'canceled' });
    expect(jobs.records.size).toBe(1);
  });

  it('refuses a key that came with another body', async () => {
    await submitted({ request: REQUEST });
    jobs.get = async () => {
      throw new Error('No job is asked for');
    };
    const other = submission({ request: { ...REQUEST, bodyHash: 'other' } });
    expect(await submit(ports, other)).toEqual({ kind: 'key_reused' });
    expect(jobs.records.size).toBe(1);
  });

  it('gives the job of a key also where it does not see it at first, as it is just being written', async () => {
    const first = await submitted({ request: REQUEST });
    const { get } = jobs;
    jobs.get = async () => {
      jobs.get = get;
      return undefined;
    };
    expect(await submitted({ request: REQUEST })).toEqual({ ...first, kind: 'replayed' });
  });

  it('does not take a key for reused whose job is there and not to be seen yet', async () => {
    await submitted({ request: REQUEST });
    jobs.get = async () => undefined;
    await expect(submit(ports, submission({ request: REQUEST }))).rejects.toThrow(
      StoreUnavailableError,
    );
  });

  it('refuses a key whose job is gone', async () => {
    const { record } = await submitted({ request: REQUEST });
    jobs.records.delete(record.job.id);
    expect(await submit(ports, submission({ request: REQUEST }))).toEqual({ kind: 'key_reused' });
  });
});
