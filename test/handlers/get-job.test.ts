import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { type JobId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { JobInput, JobRecord, WholeJob } from '../../functions/domain/job.ts';
import { endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { jobView } from '../../functions/handlers/http/job-view.ts';
import { context, JOB, newRecord, uuid } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, fieldsIn, gatewayEvent, jobIn, lambdaContext } from './gateway.ts';

const OPERATION = 'GET /jobs/{jobId}';
const queued = newRecord();
const running = startStep(startJob(queued, context(1)).record, 1, context(2)).record;
const failed = endJob(
  running,
  { status: 'failed', failure: failure('AUTH_FAILED') },
  context(3),
).record;

/** A clock that only sleeping moves, and what the table shows as it goes. */
class VirtualTable {
  milliseconds = 0;
  looks: number[] = [];
  record: (milliseconds: number) => JobRecord | undefined = () => running;
  input: JobInput | undefined;

  readonly clock = () => this.milliseconds;
  readonly sleep = async (milliseconds: number) => {
    this.milliseconds += milliseconds;
  };
  readonly jobs = {
    get: async (id: JobId) => {
      this.looks.push(this.milliseconds);
      return id === JOB ? this.record(this.milliseconds) : undefined;
    },
    whole: async (id: JobId): Promise<WholeJob | undefined> => {
      const record = await this.jobs.get(id);
      return record && { ...record, ...(this.input === undefined ? {} : { input: this.input }) };
    },
  };
}

let table: VirtualTable;

beforeEach(() => {
  table = new VirtualTable();
});

async function got(
  query = '',
  jobId: string = JOB,
  remainingMs?: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const path = `/jobs/${jobId}`;
  const event = gatewayEvent({ path, pathParameters: { jobId }, query, headers });
  const answer = await call(
    getJobRoute(table, STATE_MACHINE_ARN),
    event,
    lambdaContext(remainingMs),
  );
  expectDocumented(OPERATION, answer);
  return answer;
}

describe('GET /jobs/{jobId}', () => {
  it('says of a failed job what went wrong, whether another try may help, and what to do', async () => {
    table.record = () => failed;
    expect(jobIn(await got())).toMatchObject({
      failureCode: 'AUTH_FAILED',
      failureReason: expect.stringContaining('refused the password'),
      failureRetryable: false,
      failureNextAction: expect.stringContaining('secret of the Actual server'),
    });
    table.record = () => running;
    expect(jobIn(await got())).toMatchObject({ failureRetryable: null, failureNextAction: null });
  });

  it.each([
    ['queued', queued],
    ['running', running],
    ['failed', failed],
  ])('shows a %s job with its steps', async (status, record) => {
    table.record = () => record;
    const answer = await got();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ job: { ...record.job, status }, steps: record.steps });
  });

  it.each(['', 'wait=20'])(
    'names the suggestions that it was told to apply (%s)',
    async (query) => {
      const suggestionIds = [parseSuggestionId(`${uuid(1)}.1`), parseSuggestionId(`${uuid(2)}.7`)];
      const { job, steps } = startJob(
        newRecord({ type: 'suggestions_apply', suggestionIds }),
        context(1),
      ).record;
      const ended = endJob({ job, steps }, { status: 'succeeded' }, context(2)).record;
      table.record = (now) => (now < 3_000 ? { job, steps } : ended);
      table.input = { suggestionIds };
      const { metadata } = jobIn(await got(query));
      expect(metadata).toEqual({ ...job.metadata, suggestionCount: 2, suggestionIds });
    },
  );

  it('links a job that has started to its execution in the console', async () => {
    expect(jobIn(await got()).executionUrl).toBe(
      'https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/' +
        `arn:aws:states:eu-central-1:111122223333:execution:JobWorkflow:${JOB}`,
    );
  });

  it.each([
    ['arn:aws-cn:states:cn-north-1', 'https://cn-north-1.console.amazonaws.cn'],
    ['arn:aws-us-gov:states:us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com'],
    ['arn:aws-eusc:states:eusc-de-east-1', 'https://eusc-de-east-1.console.amazonaws-eusc.eu'],
  ])('links it to the console of its partition of AWS (%s)', (arn, console) => {
    const machine = STATE_MACHINE_ARN.replace('arn:aws:states:eu-central-1', arn);
    const { executionUrl } = jobView(running.job, machine);
    expect(new URL(executionUrl ?? '').origin).toBe(console);
    expect(executionUrl).toContain(`${arn}:111122223333:execution:`);
  });

  it('finds a job by its id in upper case', async () => {
    const id = JOB.toUpperCase();
    expect((await got('', id)).status).toBe(200);
  });

  it('says 404 for a job that is not there, without waiting', async () => {
    expect((await got('wait=20', uuid(99))).status).toBe(404);
    expect(table.milliseconds).toBe(0);
  });

  it.each(['1', 'jobs', `${JOB}0`, `{${JOB}}`])('refuses the id %s', async (jobId) => {
    const answer = await got('', jobId);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['jobId']);
  });

  it.each([
    ['wait=21', 'wait'],
    ['wait=-1', 'wait'],
    ['wait=1.5', 'wait'],
    ['wait=', 'wait'],
    ['wait=soon', 'wait'],
    ['wait=1&wait=2', 'wait'],
    ['WAIT=1', 'WAIT'],
    ['steps=false', 'steps'],
  ])('refuses ?%s', async (query, field) => {
    const answer = await got(query);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual([field]);
    expect(table.looks).toHaveLength(0);
  });
});

describe('waiting for the end of a job', () => {
  it('answers at once without being asked to wait', async () => {
    await got('wait=0');
    expect(table.looks).toEqual([0]);
  });

  it('answers at once for a job that has ended', async () => {
    table.record = () => failed;
    await got('wait=20');
    expect(table.looks).toEqual([0]);
  });

  it.each([250, 1_300, 7_300, 19_000])(
    'answers a twentieth of the time after the end of a job that took %d ms',
    async (milliseconds) => {
      table.record = (now) => (now < milliseconds ? running : failed);
      expect(jobIn(await got('wait=20')).status).toBe('failed');
      expect(table.milliseconds).toBeGreaterThanOrEqual(milliseconds);
      expect(table.milliseconds).toBeLessThanOrEqual(
        milliseconds + Math.max(50, milliseconds / 20),
      );
    },
  );

  it('answers with the job as it is when the time is over, after a last look', async () => {
    expect(jobIn(await got('wait=5')).status).toBe('running');
    expect(table.looks.at(-1)).toBe(5_000);
  });

  it('looks seldom enough', async () => {
    await got('wait=20');
    expect(table.looks.length).toBeLessThanOrEqual(85);
  });

  it('looks once a second after a job that has run for long already', async () => {
    const startedAt = Date.parse(String(running.job.startedAt));
    table.milliseconds = startedAt + 60_000;
    await got('wait=20');
    expect(table.looks).toHaveLength(21);
  });

  it('leaves itself time to answer', async () => {
    expect((await got('wait=20', JOB, 10_000)).status).toBe(200);
    expect(table.milliseconds).toBe(7_000);
  });

  it('looks once when there is no time at all', async () => {
    expect((await got('wait=20', JOB, 2_000)).status).toBe(200);
    expect(table.looks).toEqual([0]);
  });

  it('says 404 for a job that goes while it waits', async () => {
    table.record = (now) => (now < 1_000 ? running : undefined);
    expect((await got('wait=20')).status).toBe(404);
  });
});

describe('a caller that has the job already', () => {
  const unlessKnown = (tag: unknown, query = '') =>
    got(query, JOB, undefined, { 'if-none-match': String(tag) });
  const tagOf = async () => String((await got()).headers.etag);

  it('may keep it, and has to ask before each use', async () => {
    expect(await got()).toMatchObject({
      headers: {
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
        'cache-control': 'private, no-cache',
      },
    });
  });

  it('is told so without a body as long as nothing has changed', async () => {
    const { headers } = await got();
    const answer = await unlessKnown(headers.etag);
    expect(answer).toEqual({ status: 304, headers: expect.anything(), body: null });
    expect(answer.headers).toEqual({
      etag: headers.etag,
      'cache-control': 'private, no-cache',
      'x-request-id': headers['x-request-id'],
    });
  });

  it.each([
    ['among others', (tag: string) => `"other", ${tag}`],
    ['that a proxy made weak', (tag: string) => `W/${tag}`],
    ['whatever it is', () => '*'],
  ])('may name what it has: %s', async (_what, named) => {
    expect((await unlessKnown(named(await tagOf()))).status).toBe(304);
  });

  it('gets the job again as soon as it is another, were it in a field of the code alone', async () => {
    const tag = await tagOf();
    expect(await unlessKnown('"other"')).toMatchObject({ status: 200, headers: { etag: tag } });
    table.record = () => failed;
    expect((await unlessKnown(tag)).status).toBe(200);
    table.record = () => running;
    const elsewhere = getJobRoute(table, STATE_MACHINE_ARN.replace('eu-central-1', 'us-east-1'));
    const event = gatewayEvent({
      pathParameters: { jobId: JOB },
      headers: { 'if-none-match': tag },
    });
    expect((await call(elsewhere, event)).status).toBe(200);
  });

  it('and waits for the end gets it as soon as it has ended, or learns that nothing has changed', async () => {
    const tag = await tagOf();
    table.record = (now) => (now < 7_300 ? running : failed);
    expect(jobIn(await unlessKnown(tag, 'wait=20')).status).toBe('failed');
    expect(table.milliseconds).toBeLessThanOrEqual(8_300);
    table.record = () => running;
    expect((await unlessKnown(tag, 'wait=5')).status).toBe(304);
    expect(table.milliseconds).toBeGreaterThanOrEqual(12_000);
  });

  it('learns of a job that is gone', async () => {
    const tag = await tagOf();
    table.record = () => undefined;
    expect((await unlessKnown(tag)).status).toBe(404);
  });
});
