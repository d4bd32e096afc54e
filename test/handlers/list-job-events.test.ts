import './environment-variables.ts';

import { describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { listJobEventsRoute } from '../../functions/handlers/list-job-events.ts';
import { context, created, JOB, uuid } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';
import { MemoryJobs } from './memory-jobs.ts';

/** A job that failed in its first step, with all that happened to it. */
function failedJob(): MemoryJobs {
  const jobs = new MemoryJobs();
  const creation = created({ type: 'sync_and_suggest' });
  const start = startJob(creation.record, context(1));
  const step = startStep(start.record, 1, context(2));
  const outcome = { status: 'failed', failure: failure('SERVER_UNREACHABLE') } as const;
  for (const change of [creation, start, step, endJob(step.record, outcome, context(3))]) {
    jobs.write(change);
  }
  return jobs;
}

async function history(jobId: string, query = ''): Promise<Answered> {
  const event = gatewayEvent({ path: `/jobs/${jobId}/events`, pathParameters: { jobId }, query });
  const answer = await call(listJobEventsRoute(failedJob()), event);
  expectDocumented('GET /jobs/{jobId}/events', answer);
  return answer;
}

describe('GET /jobs/{jobId}/events', () => {
  it('tells the whole history, oldest first', async () => {
    const answer = await history(JOB);
    expect(answer.status).toBe(200);
    const statuses = ['queued', 'queued', 'queued', 'running', 'running', 'failed', 'canceled'];
    expect(answer.body).toMatchObject({
      events: [...statuses, 'failed'].map((status, index) => ({ status, version: index + 1 })),
    });
  });

  it('says 404 for a job that is not there', async () => {
    expect((await history(uuid(99))).status).toBe(404);
  });

  it('refuses an id that is none, and parameters', async () => {
    expect(fieldsIn(await history('x'))).toEqual(['jobId']);
    expect(fieldsIn(await history(JOB, 'limit=1'))).toEqual(['limit']);
  });
});
