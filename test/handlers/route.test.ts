import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../functions/handlers/http/problem.ts';
import { type Route, route } from '../../functions/handlers/http/route.ts';
import { logger } from '../../functions/handlers/logger.ts';
import { DamagedItemError, StoreUnavailableError } from '../../functions/store/errors.ts';
import { call, gatewayEvent, lambdaContext } from './gateway.ts';
import { keepPrinted, type Printed } from './printed.ts';

/** What went to the function's log. */
let printed: Printed;

beforeEach(() => {
  printed = keepPrinted();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const throwing =
  (error: unknown): Route =>
  async () => {
    throw error;
  };
const fine: Route = async () => ({ status: 200, body: { fine: true } });

describe('an answer', () => {
  it('is JSON that nobody keeps', async () => {
    expect(await call(fine, gatewayEvent({}))).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-request-id': 'JKJaXmPLvHcESHA=',
      },
      body: { fine: true },
    });
  });

  it('that nothing has changed has no body, and no type of one', async () => {
    const unchanged: Route = async () => ({ status: 304, headers: { etag: '"a"' } });
    expect(await route(unchanged)(gatewayEvent({}), lambdaContext())).toEqual({
      statusCode: 304,
      headers: { etag: '"a"', 'cache-control': 'no-store', 'x-request-id': 'JKJaXmPLvHcESHA=' },
    });
  });

  it("is logged with the request's id, route and status", async () => {
    await call(fine, gatewayEvent({}));
    expect(printed.last()).toMatchObject({
      level: 'INFO',
      service: 'actual-jobs',
      message: 'answered',
      requestId: 'JKJaXmPLvHcESHA=',
      route: 'GET /jobs/{jobId}',
      status: 200,
    });
  });

  it('is logged with what it used of AWS, and nothing that was used before it', async () => {
    let queries = 5;
    const take = () => {
      const used = { calls: { Query: queries }, readUnits: 0, writeUnits: 0 };
      queries = 0;
      return used;
    };
    const work: Route = async () => {
      queries += 1;
      return { status: 200, body: {} };
    };
    const meter = { take, counting: <Client>(client: Client) => client };
    await route(work, meter)(gatewayEvent({}), lambdaContext());
    expect(printed.last()).toMatchObject({ used: { calls: { Query: 1 } } });
  });
});

describe('an error', () => {
  it('that is known is a problem document with its own headers', async () => {
    const problem = new ProblemError('method-not-allowed', 'This path takes GET.', {
      headers: { allow: 'GET' },
      errors: [{ field: 'x', message: 'is wrong' }],
    });
    expect(await call(throwing(problem), gatewayEvent({}))).toMatchObject({
      status: 405,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'x-request-id': 'JKJaXmPLvHcESHA=',
        allow: 'GET',
      },
      body: {
        type: 'urn:actual-jobs:problem:method-not-allowed',
        title: 'The path does not take this method',
        status: 405,
        detail: 'This path takes GET.',
        requestId: 'JKJaXmPLvHcESHA=',
        errors: [{ field: 'x', message: 'is wrong' }],
      },
    });
    expect(printed.text()).not.toContain('"failed"');
  });

  it('is logged as an answer, with its status and its kind', async () => {
    await call(throwing(new ProblemError('not-found', 'There is none.')), gatewayEvent({}));
    expect(printed.last()).toMatchObject({
      level: 'INFO',
      message: 'answered',
      requestId: 'JKJaXmPLvHcESHA=',
      status: 404,
      problem: 'not-found',
    });
  });

  it('is logged with what it used of AWS', async () => {
    const consumed = { calls: { Query: 2 }, readUnits: 1, writeUnits: 0 };
    const meter = { take: () => consumed, counting: <Client>(client: Client) => client };
    await route(throwing(new Error('no')), meter)(gatewayEvent({}), lambdaContext());
    expect(printed.last()).toMatchObject({ message: 'answered', used: consumed });
  });

  it.each([
    ['an error nobody foresaw', new TypeError('password hunter2 of Lidl')],
    ['a damaged item', new DamagedItemError('JOB', ['hunter2'])],
    ['a text', 'hunter2'],
    ['nothing at all', undefined],
  ])('%s is a 500 without a word of it, neither in the answer nor in the log', async (_, error) => {
    const answer = await call(throwing(error), gatewayEvent({}));
    expect(answer).toMatchObject({
      status: 500,
      body: {
        status: 500,
        detail: 'The request could not be answered. Its id leads to the cause in the logs.',
        requestId: 'JKJaXmPLvHcESHA=',
      },
    });
    expect(printed.text()).toContain('"failed"');
    for (const word of ['hunter2', 'Lidl', 'password']) {
      expect(JSON.stringify(answer) + printed.text()).not.toContain(word);
    }
    expect(JSON.stringify(answer)).not.toMatch(/\bat .*\.ts/);
  });

  it('leaves its name and place in the log', async () => {
    await call(throwing(new TypeError('secret')), gatewayEvent({}));
    const logged = printed.lines().find(({ level }) => level === 'ERROR');
    expect(logged).toMatchObject({ requestId: 'JKJaXmPLvHcESHA=', error: { name: 'TypeError' } });
    expect(logged).toHaveProperty('error.frames.0', expect.stringContaining('route.test.ts'));
  });

  it('of an overloaded table is a 503 with the time to wait, and logged with its cause', async () => {
    const cause = Object.assign(new Error('table arn:secret'), { name: 'ThrottlingException' });
    const error = new StoreUnavailableError({ cause });
    const answer = await call(throwing(error), gatewayEvent({}));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(printed.text()).toContain('ThrottlingException');
    expect(printed.text()).not.toContain('arn:secret');
  });

  it("carries the function's request id where the gateway gives none", async () => {
    const event = gatewayEvent({});
    const work = throwing(new Error('no'));
    const answer = await call(work, {
      ...event,
      requestContext: { ...event.requestContext, requestId: '' },
    });
    const id = lambdaContext().awsRequestId;
    expect(answer).toMatchObject({ headers: { 'x-request-id': id }, body: { requestId: id } });
  });

  it('of one request leaves no ids to the next', async () => {
    const ofJob: Route = async () => {
      logger.appendKeys({ jobId: 'job-1' });
      return { status: 200, body: {} };
    };
    await call(ofJob, gatewayEvent({}));
    expect(printed.text()).toContain('job-1');
    printed.forget();
    const event = gatewayEvent({});
    await call(fine, {
      ...event,
      requestContext: { ...event.requestContext, requestId: 'the next one' },
    });
    expect(printed.text()).not.toContain('job-1');
    expect(printed.text()).not.toContain('JKJaXmPLvHcESHA=');
  });
});

describe('a route that runs out of time', () => {
  it('says so while it still can', async () => {
    const never: Route = () => new Promise(() => {});
    const answer = await call(never, gatewayEvent({}), lambdaContext(510));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });
});
