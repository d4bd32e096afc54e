import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult, Resource } from '../../local/runtime/contract.ts';
import { Asynchronous } from '../../local/runtime/functions/asynchronous.ts';

/** Lambda's queue of events for its functions, in virtual time, over starts of the machine. */

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Nightly';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Letters';
const OK: InvocationResult = { kind: 'success', payload: null };
const FAILED: InvocationResult = {
  kind: 'error',
  error: { errorType: 'UNKNOWN', errorMessage: 'Something unexpected went wrong.' },
};
const THROTTLED: InvocationResult = { kind: 'throttled' };

let folder = '';
let running: Asynchronous | undefined;
/** Seconds from the start at which the function was called. */
let calls: number[] = [];
let letters: unknown[] = [];
let answer: () => InvocationResult | Promise<InvocationResult> = () => OK;
let begin = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asynchronous-'));
  [calls, letters] = [[], []];
  answer = () => OK;
  vi.useFakeTimers({ now: new Date('2027-01-30T12:00:00Z') });
  begin = Date.now();
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const resource = (type: string, id: string, properties = {}, arn = id): Resource => ({
  ...{ type, logicalId: id, physicalId: id, arn, properties },
});
const NIGHTLY = resource('AWS::Lambda::Function', 'Nightly', {}, ARN);
const settings = (FunctionName: string, more = {}) =>
  resource('AWS::Lambda::EventInvokeConfig', 'Config', { FunctionName, ...more });
const OTHERS = settings('Other', { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 1 });

/** Starts the machine anew with what it kept on disk. */
async function start(config?: Readonly<Record<string, unknown>>, functions = [NIGHTLY]) {
  await running?.close();
  running = new Asynchronous({
    stack: {
      outputs: {},
      stacks: new Map(),
      resources: [...functions, OTHERS, settings('Nightly', config)],
    },
    invoker: {
      invoke: async (name, payload) => {
        expect([name, payload]).toEqual(['Nightly', { budget: 'home' }]);
        calls.push((Date.now() - begin) / 1000);
        return answer();
      },
    },
    queues: {
      send: (queue, body) => letters.push({ queue, ...JSON.parse(body) }),
    },
    file: join(folder, 'events.sqlite'),
  });
  running.start();
}

const accept = () => running?.accept(ARN, { budget: 'home' });
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);
const WITH_QUEUE = { DestinationConfig: { OnFailure: { Destination: QUEUE } } };

describe('an event', () => {
  it('is handed to the function at once, and once', async () => {
    await start();
    accept();
    await seconds(3600);
    expect(calls).toEqual([0]);
  });

  it('that the function kept failing at is forgotten where the template names no queue', async () => {
    answer = () => FAILED;
    await start({ MaximumRetryAttempts: 0 });
    accept();
    await seconds(1);
    await start();
    await seconds(3600);
    expect(calls).toEqual([0]);
  });

  it('for a function that the stack does not have is refused', async () => {
    await start();
    expect(() => running?.accept(`${ARN}2`, {})).toThrow('The stack has no function');
  });

  it('that the function fails at is tried again after one minute and after two more', async () => {
    answer = () => FAILED;
    await start();
    accept();
    await seconds(3600);
    expect(calls).toEqual([0, 60, 180]);
  });

  it('is tried again as often as the template says', async () => {
    answer = () => FAILED;
    await start({ MaximumRetryAttempts: 0 });
    accept();
    await seconds(3600);
    expect(calls).toEqual([0]);
  });

  it('that kept failing is set aside whole, with what the function said', async () => {
    answer = () => FAILED;
    await start(WITH_QUEUE);
    accept();
    await seconds(3600);
    expect(letters).toEqual([
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
    answer = () => THROTTLED;
    await start();
    accept();
    await seconds(1100);
    expect(calls).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
    answer = () => OK;
    await seconds(300);
    expect(calls.at(-1)).toBe(1111);
  });

  it('that grew too old while the function was throttled is set aside', async () => {
    answer = () => THROTTLED;
    await start({ ...WITH_QUEUE, MaximumEventAgeInSeconds: 60 });
    accept();
    await seconds(3600);
    expect(calls).toEqual([0, 1, 3, 7, 15, 31]);
    expect(letters).toMatchObject([{ requestContext: { condition: 'EventAgeExceeded' } }]);
  });
});

describe('a machine that was off', () => {
  it('goes on with an event whose function it cut off, and takes none of its tries', async () => {
    const cutOff = Promise.withResolvers<InvocationResult>();
    answer = () => cutOff.promise;
    await start({ MaximumRetryAttempts: 0 });
    accept();
    await seconds(1);
    answer = () => OK;
    await start({ MaximumRetryAttempts: 0 });
    cutOff.resolve(FAILED);
    await seconds(1);
    expect(calls).toEqual([0, 1]);
    await start();
    await seconds(1);
    expect(calls).toHaveLength(2);
  });

  it('remembers how often an event was tried', async () => {
    answer = () => FAILED;
    await start(WITH_QUEUE);
    accept();
    await seconds(70);
    await start(WITH_QUEUE);
    await seconds(3600);
    expect(calls).toHaveLength(3);
    expect(letters).toHaveLength(1);
  });

  it('forgets events of a function that is gone', async () => {
    answer = () => FAILED;
    await start();
    accept();
    await seconds(1);
    await start({}, []);
    await seconds(3600);
    await start();
    await seconds(3600);
    expect(calls).toEqual([0]);
  });
});

describe('on a full disk', () => {
  /** Of SQLite, for as long as it lasts. */
  function full() {
    const error = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const { prepare } = DatabaseSync.prototype;
    return vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (
      this: DatabaseSync,
      sql,
    ) {
      if (!sql.startsWith('SELECT')) throw error;
      return prepare.call(this, sql);
    });
  }

  it('an event is refused, and is not lost without a word', async () => {
    await start();
    const disk = full();
    expect(accept).toThrow('disk is full');
    disk.mockRestore();
    await seconds(3600);
    expect(calls).toEqual([]);
  });

  it('what came of an event is written once there is room, and ends nothing', async () => {
    answer = () => FAILED;
    await start({ MaximumRetryAttempts: 1, ...WITH_QUEUE });
    accept();
    const disk = full();
    await seconds(90);
    expect(letters).toHaveLength(1);
    disk.mockRestore();
    await seconds(60);
    answer = () => OK;
    await start();
    await seconds(3600);
    expect([calls, letters.length]).toEqual([[0, 60], 1]);
  });

  it('a letter waits for room too', async () => {
    answer = () => FAILED;
    await start({ MaximumRetryAttempts: 0, ...WITH_QUEUE });
    const send = vi.spyOn(letters, 'push').mockImplementationOnce(() => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    });
    accept();
    await seconds(90);
    expect([send.mock.calls.length, letters.length]).toEqual([2, 1]);
  });
});
