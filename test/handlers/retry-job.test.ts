import './environment-variables.ts';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { jobId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import type { Route } from '../../functions/handlers/http/route.ts';
import { logger } from '../../functions/handlers/logger.ts';
import { retryJobRoute } from '../../functions/handlers/retry-job.ts';
import { SCOPES, type Scope } from '../../functions/names.ts';
import { BUDGET, context, created, JOB, uuid } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, fieldsIn, gatewayEvent, jobIn, type Request } from './gateway.ts';
import { MemoryJobs, submitPorts } from './memory-jobs.ts';
import { keepPrinted, type Printed } from './printed.ts';

const PATH = `/jobs/${JOB}/retry`;

let jobs: MemoryJobs;

beforeEach(() => {
  jobs = new MemoryJobs();
});

async function retried(more: Request = {}, scopes: readonly Scope[] = SCOPES): Promise<Answered> {
  const route = retryJobRoute({ ...submitPorts(jobs), jobs }, STATE_MACHINE_ARN);
  const event = gatewayEvent({
    method: 'POST',
    path: PATH,
    pathParameters: { jobId: JOB },
    ...more,
  });
  const may = (scope: Scope) => scopes.includes(scope);
  const asked: Route = (request, lambda) => route(request, lambda, () => true, may);
  const answer = await call(asked, event);
  expectDocumented('POST /jobs/{jobId}/retry', answer);
  return answer;
}

/** Writes a job and what became of it. */
function given(...more: readonly ((before: JobChange) => JobChange)[]): void {
  givenThat({ type: 'budget_sync' }, ...more);
}

function givenThat(work: Work, ...more: readonly ((before: JobChange) => JobChange)[]): void {
  more.reduce(
    (change, next) => {
      const after = next(change);
      jobs.write(after);
      return after;
    },
    written(created(work)),
  );
}

function written(change: JobChange): JobChange {
  jobs.write(change);
  return change;
}

const started = ({ record }: JobChange) => startJob(record, context(1));
const failed = ({ record }: JobChange) =>
  endJob(record, { status: 'failed', failure: failure('TIMED_OUT') }, context(2));
const succeeded = ({ record }: JobChange) => endJob(record, { status: 'succeeded' }, context(2));

describe('POST /jobs/{jobId}/retry', () => {
  it('answers with the new job, in line, and where it is', async () => {
    given(started, failed);
    const answer = await retried();
    const job = jobIn(answer);
    expect(answer).toMatchObject({ status: 201, headers: { location: `/jobs/${job.id}` } });
    expect(job).toMatchObject({ status: 'queued', parentJobId: JOB, budgetId: BUDGET });
  });

  it('answers where it is also where a domain has the API under a path', async () => {
    given(started, failed);
    const answer = await retried({ path: `/money${PATH}` });
    expect(answer.headers.location).toBe(`/money/jobs/${jobIn(answer).id}`);
  });

  it.each([
    ['waits in line, which passes', [], '20', 'it will run by itself'],
    ['is running, which passes', [started], '20', 'Wait for its end'],
    ['succeeded', [started, succeeded], undefined, 'Create a new job'],
  ])('is a 409 for a job that %s', async (_what, changes, retryAfter, advice) => {
    given(...changes);
    const before = jobs.records.size;
    const answer = await retried();
    expect(answer).toMatchObject({
      status: 409,
      body: {
        type: 'urn:actual-jobs:problem:job-not-retryable',
        detail: expect.stringContaining(advice),
      },
    });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(jobs.records.size).toBe(before);
  });

  it('answers with the job that repeats it already, and says so', async () => {
    given(started, failed);
    const first = await retried();
    const again = await retried();
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect(again.body).toEqual(first.body);
  });

  it('is a 409 once the job that repeats it has succeeded, and names that one', async () => {
    given(started, failed);
    const { id } = jobIn(await retried());
    const record = await jobs.get(jobId(id));
    if (record === undefined) throw new Error('The new job is not there');
    const change = startJob(record, context(3));
    jobs.write(change);
    jobs.write(succeeded(change));
    expect(await retried()).toMatchObject({
      status: 409,
      body: {
        type: 'urn:actual-jobs:problem:job-not-retryable',
        detail: expect.stringContaining(id),
      },
    });
  });

  it.each<[string, Scope[], number]>([
    ['one who may not', ['jobs:write'], 403],
    ['one who may', ['jobs:write', 'suggestions:write'], 201],
  ])('of a job that approves is for those who may approve: %s', async (_who, scopes, status) => {
    givenThat({ type: 'suggestions_apply', minConfidence: 0.9 }, started, failed);
    expect((await retried({}, scopes)).status).toBe(status);
    expect(jobs.records.size).toBe(status === 201 ? 2 : 1);
  });

  it('is a 409 for a job whose suggestions are not kept any more, and says what to do instead', async () => {
    const suggestionIds = [parseSuggestionId('t1.1')];
    givenThat({ type: 'suggestions_apply', suggestionIds }, started, failed);
    jobs.input = async () => undefined;
    expect(await retried()).toMatchObject({
      status: 409,
      body: {
        type: 'urn:actual-jobs:problem:job-not-retryable',
        detail: expect.stringContaining('Create a new job'),
      },
    });
  });

  it('is a 409 to be sent again when others were faster each time', async () => {
    given(started, failed);
    jobs.repeat = async () => ({ kind: 'overtaken' });
    expect(await retried()).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: 'urn:actual-jobs:problem:conflict' },
    });
  });

  it('is a 404 for a job that is not there', async () => {
    expect((await retried()).status).toBe(404);
  });

  it('refuses an id that is none', async () => {
    const answer = await retried({ pathParameters: { jobId: 'x' } });
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['jobId']);
  });

  it('refuses a body: the new job does what the old one was to do', async () => {
    given(started, failed);
    const answer = await retried({ body: '{"fullResync":true}' });
    expect(answer.status).toBe(400);
    expect(jobs.records.size).toBe(1);
  });

  it('refuses parameters in the query', async () => {
    given(started, failed);
    expect(fieldsIn(await retried({ query: 'fullResync=true' }))).toEqual(['fullResync']);
    expect(jobs.records.size).toBe(1);
  });

  it.each(['', '{}'])('takes the empty body %j', async (body) => {
    given(started, failed);
    expect((await retried({ body })).status).toBe(201);
  });

  it('gives the same job again for the same Idempotency-Key', async () => {
    given(started, failed);
    const first = await retried({ headers: { 'idempotency-key': 'one' } });
    const again = await retried({ headers: { 'idempotency-key': 'one' } });
    expect(jobIn(again).id).toBe(jobIn(first).id);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
  });

  it('takes the same Idempotency-Key for another job as another request', async () => {
    given(started, failed);
    const headers = { 'idempotency-key': 'one' };
    await retried({ headers });
    const record = await jobs.get(JOB);
    const id = jobId(uuid(77));
    if (record !== undefined) jobs.records.set(id, { ...record, job: { ...record.job, id } });
    const other = await retried({
      path: `/jobs/${id}/retry`,
      pathParameters: { jobId: id },
      headers,
    });
    expect(jobIn(other)).toMatchObject({ parentJobId: id });
    expect(other.headers).not.toHaveProperty('idempotency-replayed');
  });
});

describe('the line that a retry logs', () => {
  const level = logger.getLevelName();
  let printed: Printed;

  beforeEach(() => {
    logger.setLogLevel('INFO');
    printed = keepPrinted();
  });

  afterEach(() => {
    vi.restoreAllMocks();
    logger.setLogLevel(level);
  });

  it('is about the job that was asked for, where it is refused', async () => {
    given(started, succeeded);
    await retried();
    expect(printed.last()).toMatchObject({ status: 409, jobId: JOB });
  });

  it('names the new job and the one that it repeats, as the answer does', async () => {
    given(started, failed);
    const first = await jobs.get(jobId(jobIn(await retried()).id));
    if (first === undefined) throw new Error('The new job is not there');
    const change = startJob(first, context(3));
    for (const one of [change, failed(change)]) jobs.write(one);
    const { id, parentJobId, budgetId } = jobIn(await retried());
    expect(parentJobId).toBe(first.job.id);
    expect(printed.last()).toMatchObject({ jobId: id, parentJobId, budgetId });
  });
});
