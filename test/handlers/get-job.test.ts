import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { parseSuggestionId } from '../../functions/domain/ids.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { jobView } from '../../functions/handlers/http/job-view.ts';
import { context, JOB, newRecord, uuid } from '../domain/builders.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { call, fieldsIn, gatewayEvent, jobIn } from './gateway.ts';

import { failed, queued, running, VirtualTable } from './virtual-table.ts';

let table: VirtualTable;

beforeEach(() => {
  table = new VirtualTable();
});

describe('GET /jobs/{jobId}', () => {
  it('says of a failed job what went wrong, whether another try may help, and what to do', async () => {
    table.record = () => failed;
    expect(jobIn(await table.got())).toMatchObject({
      failureCode: 'AUTH_FAILED',
      failureReason: expect.stringContaining('refused the password'),
      failureRetryable: false,
      failureNextAction: expect.stringContaining('secret of the Actual server'),
    });
    table.record = () => running;
    expect(jobIn(await table.got())).toMatchObject({
      failureRetryable: null,
      failureNextAction: null,
    });
  });

  it.each([
    ['queued', queued],
    ['running', running],
    ['failed', failed],
  ])('shows a %s job with its steps', async (status, record) => {
    table.record = () => record;
    const answer = await table.got();
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
      const { metadata } = jobIn(await table.got(query));
      expect(metadata).toEqual({ ...job.metadata, suggestionCount: 2, suggestionIds });
    },
  );

  it('links a job that has started to its execution in the console', async () => {
    expect(jobIn(await table.got()).executionUrl).toBe(
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
    table.id = uuid(0xabc);
    expect((await table.got('', table.id.toUpperCase())).status).toBe(200);
  });

  it('says 404 for a job that is not there, without waiting', async () => {
    expect((await table.got('wait=20', uuid(99))).status).toBe(404);
    expect(table.milliseconds).toBe(0);
  });

  it.each(['1', 'jobs', `${JOB}0`, `{${JOB}}`])('refuses the id %s', async (jobId) => {
    const answer = await table.got('', jobId);
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
    const answer = await table.got(query);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual([field]);
    expect(table.looks).toHaveLength(0);
  });
});

describe('a caller that has the job already', () => {
  const unlessKnown = (tag: unknown, query = '') =>
    table.got(query, JOB, undefined, { 'if-none-match': String(tag) });
  const tagOf = async () => String((await table.got()).headers.etag);

  it('may keep it, and has to ask before each use', async () => {
    expect(await table.got()).toMatchObject({
      headers: {
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
        'cache-control': 'private, no-cache',
      },
    });
  });

  it('is told so without a body as long as nothing has changed', async () => {
    const { headers } = await table.got();
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
    ['without a space between', (tag: string) => `"other",${tag},"more"`],
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
