import './environment-variables.ts';

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { cancelJobRoute } from '../../functions/handlers/cancel-job.ts';
import { logger } from '../../functions/handlers/logger.ts';
import { context, created, JOB } from '../domain/builders.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, fieldsIn, gatewayEvent, jobIn, type Request } from './gateway.ts';
import { MemoryJobs, submitPorts } from './memory-jobs.ts';

let jobs: MemoryJobs;
let executions: FakeExecutions;

beforeEach(() => {
  jobs = new MemoryJobs();
  executions = new FakeExecutions();
});

async function canceled(more: Request = {}): Promise<Answered> {
  const route = cancelJobRoute({ ...submitPorts(jobs), jobs, executions }, STATE_MACHINE_ARN);
  const event = gatewayEvent({
    method: 'POST',
    path: `/jobs/${JOB}/cancel`,
    pathParameters: { jobId: JOB },
    ...more,
  });
  const answer = await call(route, event);
  expectDocumented('POST /jobs/{jobId}/cancel', answer);
  return answer;
}

function given(...more: readonly ((before: JobChange) => JobChange)[]): void {
  let change = created({ type: 'sync_and_suggest' });
  jobs.write(change);
  for (const next of more) {
    change = next(change);
    jobs.write(change);
  }
}

const started = ({ record }: JobChange) => startJob(record, context(1));
const failed = ({ record }: JobChange) =>
  endJob(record, { status: 'failed', failure: failure('TIMED_OUT') }, context(2));
const succeeded = ({ record }: JobChange) =>
  endJob({ ...record, steps: [] }, { status: 'succeeded' }, context(2));

describe('POST /jobs/{jobId}/cancel', () => {
  it('answers with the job, canceled, and again with the same job', async () => {
    given();
    const answer = await canceled();
    expect(answer.status).toBe(200);
    expect(jobIn(answer)).toMatchObject({ id: JOB, status: 'canceled', startedAt: null });
    expect((await canceled()).body).toEqual(answer.body);
  });

  it('leads to no execution of a job that never had one', async () => {
    given();
    expect(jobIn(await canceled()).executionUrl).toBeNull();
  });

  it('stops the execution of a job that runs', async () => {
    given(started);
    expect(jobIn(await canceled()).status).toBe('canceled');
    expect(executions.stopped).toEqual([executions.idOf(JOB)]);
  });

  it('answers so too when the execution could not be stopped, and says in the log that it was not', async () => {
    given(started);
    executions.fault = new Error('throttled');
    const errors = vi.spyOn(logger, 'error').mock.calls;
    expect(jobIn(await canceled()).status).toBe('canceled');
    expect(errors).toEqual([
      [
        expect.stringContaining('not stopped'),
        { error: expect.objectContaining({ name: 'Error' }) },
      ],
    ]);
    vi.restoreAllMocks();
  });

  it('says in the history who asked, as the job does', async () => {
    given();
    await canceled();
    expect(jobs.events.at(-1)?.message).toBe('Canceled by 444455556666/AROAEXAMPLEROLEID0000.');
  });

  it.each([
    ['succeeded', [started, succeeded], 'The job has succeeded already.'],
    ['failed', [started, failed], 'The job has failed already.'],
  ])('is a 409 for a job that %s', async (_what, changes, detail) => {
    given(...changes);
    expect(await canceled()).toMatchObject({
      status: 409,
      body: { type: 'urn:actual-jobs:problem:job-not-cancelable', detail },
    });
  });

  it('is a 409 for a job that is sending its changes, and says that it is too late', async () => {
    given(started);
    jobs.cancel = async () => 'sending';
    expect(await canceled()).toMatchObject({
      status: 409,
      body: {
        type: 'urn:actual-jobs:problem:job-not-cancelable',
        detail: expect.stringMatching(/^Too late: .*send its changes/),
      },
    });
  });

  it('is a 409 to be sent again when the job changed each time', async () => {
    given(started);
    jobs.cancel = async () => 'conflict';
    expect(await canceled()).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: 'urn:actual-jobs:problem:conflict' },
    });
  });

  it('is a 404 for a job that is not there', async () => {
    expect((await canceled()).status).toBe(404);
  });

  it('refuses an id that is none, a parameter and a body', async () => {
    given();
    expect(fieldsIn(await canceled({ pathParameters: { jobId: 'x' } }))).toEqual(['jobId']);
    expect(fieldsIn(await canceled({ query: 'force=true' }))).toEqual(['force']);
    expect((await canceled({ body: '{"force":true}' })).status).toBe(400);
    expect((await jobs.get(JOB))?.job.status).toBe('queued');
  });
});
