import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { ARN, EventQueue, FAILED, OK, QUEUE, seconds, WITH_QUEUE } from './event-queue.ts';

/** Lambda's queue of events for its functions, in virtual time, over starts of the machine. */

const THROTTLED: InvocationResult = { kind: 'throttled' };

let queue: EventQueue;

beforeEach(() => {
  queue = new EventQueue();
});

afterEach(() => queue.close());

describe('an event', () => {
  it('is handed to the function at once, and once', async () => {
    await queue.start();
    queue.accept();
    await seconds(3600);
    expect(queue.calls).toEqual([0]);
  });

  it('that the function kept failing at is forgotten where the template names no queue', async () => {
    queue.answer = () => FAILED;
    await queue.start({ MaximumRetryAttempts: 0 });
    queue.accept();
    await seconds(1);
    await queue.start();
    await seconds(3600);
    expect(queue.calls).toEqual([0]);
  });

  it('for a function that the stack does not have is refused', async () => {
    await queue.start();
    expect(() => queue.accept(`${ARN}2`)).toThrow('The stack has no function');
  });

  it.each([
    [[0, 60, 180], {}],
    [[0], { MaximumRetryAttempts: 0 }],
  ])(
    'that the function fails at is tried at %j, where the template says %j',
    async (at, config) => {
      queue.answer = () => FAILED;
      await queue.start(config);
      queue.accept();
      await seconds(3600);
      expect(queue.calls).toEqual(at);
    },
  );

  it('that kept failing is set aside whole, with what the function said', async () => {
    queue.answer = () => FAILED;
    await queue.start(WITH_QUEUE);
    queue.accept();
    await seconds(3600);
    expect(queue.letters).toEqual([
      expect.objectContaining({
        queue: QUEUE,
        requestPayload: { budget: 'home' },
        requestContext: expect.objectContaining({
          functionArn: `${ARN}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        }),
        responsePayload: {
          errorType: 'UNKNOWN',
          errorMessage: 'Something unexpected went wrong.',
        },
      }),
    ]);
  });

  it('whose function is throttled waits longer and longer, up to five minutes, and costs no try', async () => {
    queue.answer = () => THROTTLED;
    await queue.start();
    queue.accept();
    await seconds(1100);
    expect(queue.calls).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
    queue.answer = () => OK;
    await seconds(300);
    expect(queue.calls.at(-1)).toBe(1111);
  });

  it('that grew too old while the function was throttled is set aside', async () => {
    queue.answer = () => THROTTLED;
    await queue.start({ ...WITH_QUEUE, MaximumEventAgeInSeconds: 60 });
    queue.accept();
    await seconds(3600);
    expect(queue.calls).toEqual([0, 1, 3, 7, 15, 31]);
    expect(queue.letters).toMatchObject([{ requestContext: { condition: 'EventAgeExceeded' } }]);
  });
});

describe('a machine that was off', () => {
  it('goes on with an event whose function it cut off, and takes none of its tries', async () => {
    const cutOff = Promise.withResolvers<InvocationResult>();
    queue.answer = () => cutOff.promise;
    await queue.start({ MaximumRetryAttempts: 0 });
    queue.accept();
    await seconds(1);
    queue.answer = () => OK;
    await queue.start({ MaximumRetryAttempts: 0 });
    cutOff.resolve(FAILED);
    await seconds(1);
    expect(queue.calls).toEqual([0, 1]);
    await queue.start();
    await seconds(1);
    expect(queue.calls).toHaveLength(2);
  });

  it.each([
    ['how often an event was tried', FAILED, {}, 3],
    ['how old an event is', THROTTLED, { MaximumEventAgeInSeconds: 60 }, 11],
  ])('remembers %s', async (_what, result, more, times) => {
    queue.answer = () => result;
    await queue.start({ ...WITH_QUEUE, ...more });
    queue.accept();
    await seconds(40);
    await queue.start({ ...WITH_QUEUE, ...more });
    await seconds(3600);
    expect([queue.calls.length, queue.letters.length]).toEqual([times, 1]);
  });

  it('forgets events of a function that is gone', async () => {
    queue.answer = () => FAILED;
    await queue.start();
    queue.accept();
    await seconds(1);
    await queue.start({}, []);
    await seconds(3600);
    await queue.start();
    await seconds(3600);
    expect(queue.calls).toEqual([0]);
  });
});
