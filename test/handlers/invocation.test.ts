import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { JobChangingError, JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { invocation } from '../../functions/handlers/invocation.ts';
import { NotAllSeenYetError, StoreUnavailableError } from '../../functions/store/errors.ts';
import type { Meter } from '../../functions/store/meter.ts';
import { lambdaContext } from './gateway.ts';
import { keepPrinted, type Printed } from './printed.ts';

/** What went to the function's log. */
let printed: Printed;

beforeEach(() => {
  printed = keepPrinted();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const meter: Meter = {
  take: () => ({ calls: { Query: 2 }, readUnits: 1, writeUnits: 0 }),
  counting: (client) => client,
};
const event = z.object({ jobId: z.string() });

function handler(work: () => Promise<unknown>) {
  return invocation({ event, ids: ({ jobId }) => ({ jobId }), meter, work });
}

/** The error with which a function ends whose work throws this. */
async function thrownFor(error: unknown, input: unknown = { jobId: 'job-1' }): Promise<Error> {
  const failing = handler(async () => {
    throw error;
  });
  const thrown = await failing(input, lambdaContext()).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Error)) throw new Error('Nothing was thrown');
  return thrown;
}

describe('an invocation', () => {
  it('gives the result of the work', async () => {
    expect(await handler(async () => ({ done: 1 }))({ jobId: 'job-1' }, lambdaContext())).toEqual({
      done: 1,
    });
  });

  it('is logged with its ids and what it cost', async () => {
    await handler(async () => ({}))({ jobId: 'job-1' }, lambdaContext());
    expect(printed.last()).toMatchObject({
      message: 'done',
      jobId: 'job-1',
      requestId: lambdaContext().awsRequestId,
      used: { calls: { Query: 2 }, readUnits: 1 },
    });
  });

  it('leaves no ids to the next', async () => {
    await handler(async () => ({}))({ jobId: 'job-1' }, lambdaContext());
    printed.forget();
    const other = invocation({ event: z.unknown(), meter, work: async () => ({}) });
    await other({}, lambdaContext());
    expect(printed.text()).toContain('done');
    expect(printed.text()).not.toContain('job-1');
  });

  it('does not count what was used before it', async () => {
    let queries = 5;
    const used = () => ({ calls: { Query: queries }, readUnits: 0, writeUnits: 0 });
    const take = () => {
      const taken = used();
      queries = 0;
      return taken;
    };
    const work = async () => {
      queries += 1;
    };
    await invocation({ event, meter: { ...meter, take }, work })({ jobId: 'a' }, lambdaContext());
    expect(printed.last()).toMatchObject({ used: { calls: { Query: 1 } } });
  });

  it('runs to the end of its time: what is cut short would go on in the next one', async () => {
    // Whoever cut it short would do so at once: there are 4 ms left.
    const slow = handler(() => new Promise((resolve) => setTimeout(() => resolve('done'), 10)));
    expect(await slow({ jobId: 'job-1' }, lambdaContext(4))).toBe('done');
  });
});

describe('an error that leaves an invocation', () => {
  it('has the code of a known failure for its name, and its sentence', async () => {
    const known = failure('AUTH_FAILED');
    const thrown = await thrownFor(new FailureError(known, { cause: new Error('hunter2') }));
    expect(thrown.name).toBe('AUTH_FAILED');
    expect(thrown.message).toBe(known.reason);
  });

  it('tells a worker whose job is no longer its own', async () => {
    const thrown = await thrownFor(new JobNotRunningError());
    expect(thrown.name).toBe('JobNotRunning');
    expect(thrown.message).toBe(new JobNotRunningError().message);
  });

  it.each([
    ['to begin', new JobChangingError()],
    ['to read', new NotAllSeenYetError()],
  ])('tells a worker that found its job half written when it was %s', async (_when, error) => {
    const thrown = await thrownFor(error);
    expect([thrown.name, thrown.message]).toEqual(['JobChanging', new JobChangingError().message]);
  });

  it.each([
    [Object.assign(new Error('hunter2'), { name: 'ThrottlingException' }), 'ThrottlingException'],
    [Object.assign(new Error('hunter2'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ])(
    'STORAGE_UNAVAILABLE: the table did not answer, and what it said is named',
    async (cause, said) => {
      const { name, message } = await thrownFor(new StoreUnavailableError({ cause }));
      const detail = `It was the table: ${said}.`;
      expect({ name, message }).toEqual({
        name: 'STORAGE_UNAVAILABLE',
        message: failure('STORAGE_UNAVAILABLE', detail).reason,
      });
    },
  );

  it.each(['', 'hunter2', 'Error', 'Hunter 2', undefined])(
    'names nothing of a table whose error is called %j',
    async (name) => {
      const cause = Object.assign(new Error('no'), { name });
      const { message } = await thrownFor(new StoreUnavailableError({ cause }));
      expect(message).toBe(failure('STORAGE_UNAVAILABLE', 'It was the table.').reason);
    },
  );

  it('is logged with what was used until then', async () => {
    await thrownFor(new TypeError('no'));
    expect(printed.last()).toMatchObject({
      level: 'ERROR',
      message: 'failed',
      jobId: 'job-1',
      error: { name: 'TypeError' },
      used: { calls: { Query: 2 } },
    });
  });

  // A job that somebody called off would look like a fault.
  it('is a warning in the log of a worker whose job is no longer its own', async () => {
    await thrownFor(new JobNotRunningError());
    expect(printed.last()).toMatchObject({ level: 'WARN', message: 'failed' });
  });

  it('is UNKNOWN, with the id to look up, for whatever else happens', async () => {
    const thrown = await thrownFor(new TypeError('hunter2 at Lidl'));
    expect(thrown.name).toBe('UNKNOWN');
    expect(thrown.message).toContain(lambdaContext().awsRequestId);
    expect(printed.text()).toContain('TypeError');
  });

  it('UNKNOWN: what nobody foresaw in the library is found in the logs too', async () => {
    const thrown = await thrownFor(new FailureError(failure('UNKNOWN')));
    expect(thrown.message).toContain(lambdaContext().awsRequestId);
  });

  it('says that an event has another shape, and not which', async () => {
    const thrown = await thrownFor(new Error(), { jobId: ['hunter2'] });
    expect(thrown.name).toBe('INVALID_EVENT');
  });

  it.each([
    ['known', new FailureError(failure('UNKNOWN'), { cause: new Error('hunter2') })],
    ['unknown', new Error('hunter2', { cause: new Error('hunter2') })],
  ])(
    'carries no stack and no cause when it is %s, and leaves no text in the log',
    async (_, error) => {
      const thrown = await thrownFor(error);
      expect(thrown.stack).toBe(`${thrown.name}: ${thrown.message}`);
      expect(thrown.cause).toBeUndefined();
      expect(printed.text() + thrown.message).not.toContain('hunter2');
    },
  );
});
