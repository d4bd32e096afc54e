import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult, Resource } from '../../local/runtime/contract.ts';
import {
  type DeliveryOptions,
  deliver,
  type StreamRecord,
} from '../../local/runtime/events/batch.ts';
import { inputOf } from '../../local/runtime/events/input.ts';
import { matches, PatternError } from '../../local/runtime/events/pattern.ts';
import { Rules, rateMs } from '../../local/runtime/events/rules.ts';

describe('event patterns', () => {
  const event = {
    source: 'aws.states',
    resources: ['arn:one', 'arn:two'],
    detail: { status: 'FAILED', name: 'job-1' },
  };

  it.each([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.s3', 'aws.states'], detail: { status: ['FAILED'] } }, true],
    [{ detail: { name: [{ prefix: 'job-' }] } }, true],
    [{ detail: { name: [{ suffix: '-1' }] } }, true],
    [{ detail: { status: [{ 'anything-but': ['RUNNING'] }] } }, true],
    [{ detail: { reason: [{ exists: false }] } }, true],
    [{ resources: ['arn:two'] }, true],
    [{ resources: [{ prefix: 'arn:t' }] }, true],
    [{ resources: ['arn:three'] }, false],
    [{}, true],
    [{ source: ['aws.s3'] }, false],
    [{ detail: { status: ['RUNNING'] } }, false],
    [{ detail: { name: [{ prefix: 'x' }] } }, false],
    [{ detail: { reason: [{ exists: true }] } }, false],
    [{ nowhere: { deep: ['x'] } }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it('that are not known are refused, not passed over', () => {
    expect(() => matches({ source: [{ wildcard: '*' }] }, event)).toThrow(PatternError);
  });
});

describe('the input of a target', () => {
  const event = { detail: { name: 'job-1', count: 2, say: 'a "word"', none: null } };
  const paths = { name: '$.detail.name', count: '$.detail.count', say: '$.detail.say' };
  const made = (InputTemplate: string, more: Readonly<Record<string, string>> = {}) =>
    inputOf({ InputTransformer: { InputPathsMap: { ...paths, ...more }, InputTemplate } }, event);

  it('is the event, unless the target says otherwise', () => {
    expect(inputOf({}, event)).toEqual(event);
    expect(inputOf({ Input: '{"a":1}' }, event)).toEqual({ a: 1 });
  });

  it('is JSON, with values as they are or inside of texts', () => {
    expect(made('{"name":<name>,"count":<count>,"text":"<name> × <count>: <say>"}')).toEqual({
      name: 'job-1',
      count: 2,
      text: 'job-1 × 2: a "word"',
    });
  });

  it('is text of several lines, each in its quotes', () => {
    expect(made('"It was <name>."\n"And: <count>"')).toBe('"It was job-1."\n"And: 2"');
  });

  it('says nothing where the event has no value, and leaves what is no placeholder', () => {
    const more = { none: '$.detail.none', missing: '$.detail.no.where' };
    expect(made('{"a":"<none><missing><other>","b":<missing>}', more)).toEqual({
      a: '<other>',
      b: null,
    });
  });
});

describe('rules', () => {
  const resource = (type: string, logicalId: string, properties = {}) => ({
    ...{ type, logicalId, properties },
    physicalId: logicalId,
    arn: `arn:${logicalId}`,
  });
  const targets = [{ Arn: 'arn:Topic' }, { Arn: 'arn:Function' }];
  const rule = resource('AWS::Events::Rule', 'Rule', {
    EventPattern: { source: ['shop'] },
    Targets: targets,
  });

  it('hand an event that matches to functions and topics, and no other', () => {
    const [accepted, published]: unknown[][] = [[], []];
    const rules = new Rules({
      stack: { outputs: {}, stacks: new Map(), resources: [rule] },
      functions: { accept: (arn, event) => accepted?.push([arn, event]) },
      topics: {
        has: (arn) => arn === 'arn:Topic',
        publish: (arn, event) => published?.push([arn, event]),
      },
    });
    rules.publish({ source: 'shop' });
    rules.publish({ source: 'other' });
    expect(accepted).toEqual([['arn:Function', { source: 'shop' }]]);
    expect(published).toEqual([['arn:Topic', { source: 'shop' }]]);
  });
});

describe('on a full disk', () => {
  const FULL = Object.assign(new Error('database or disk is full'), { errcode: 13 });

  function rulesOf(
    properties: Resource['properties'],
    accept: () => void,
    onDiskFull?: () => void,
  ) {
    const arn = 'arn:Function';
    const rule: Resource = {
      logicalId: 'Rule',
      type: 'AWS::Events::Rule',
      physicalId: 'Rule',
      arn: 'arn:Rule',
      properties: { ...properties, Targets: [{ Arn: arn }] },
    };
    return new Rules({
      stack: { outputs: {}, stacks: new Map(), resources: [rule] },
      functions: { accept },
      topics: { has: () => false, publish: () => {} },
      onDiskFull,
    });
  }

  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('an event waits for room', async () => {
    const accept = vi.fn().mockImplementationOnce(() => {
      throw FULL;
    });
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, accept);
    rules.publish({ source: 'shop' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(accept).toHaveBeenCalledTimes(2);
    await rules.close();
  });

  it('whoever looks after it is told', async () => {
    const onDiskFull = vi.fn();
    const accept = () => {
      throw FULL;
    };
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, accept, onDiskFull);
    rules.publish({ source: 'shop' });
    expect(onDiskFull).toHaveBeenCalledOnce();
    await rules.close();
  });

  it('a time of the clock is left out, since another one comes', async () => {
    const accept = vi.fn().mockImplementationOnce(() => {
      throw FULL;
    });
    const rules = rulesOf({ ScheduleExpression: 'rate(5 minutes)' }, accept);
    rules.start();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(accept).toHaveBeenCalledTimes(3);
    await rules.close();
  });
});

describe('rates', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s', (expression, expected) => {
    expect(rateMs(expression)).toBe(expected);
  });

  it('that are not known are refused', () => {
    expect(() => rateMs('cron(0 4 * * ? *)')).toThrow('does not know the schedule');
  });
});

describe('delivering records of a stream', () => {
  const MADE = new Date('2027-01-30T12:00:00Z');
  const record = (n: number): StreamRecord => ({
    eventID: String(n),
    dynamodb: { SequenceNumber: String(n), ApproximateCreationDateTime: MADE },
  });
  const TEN = Array.from({ length: 10 }, (_, n) => record(n));

  type Answer = (records: readonly string[], call: number) => InvocationResult;
  interface SetAside {
    readonly records: readonly string[];
    readonly condition: string;
    readonly tries: number;
  }

  const FAILED: InvocationResult = {
    kind: 'error',
    error: { errorType: 'E', errorMessage: '' },
  };
  const reported = (...identifiers: readonly unknown[]): InvocationResult => ({
    kind: 'success',
    payload: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
  });

  beforeEach(() => {
    vi.useFakeTimers({ now: MADE });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function delivered(answer: Answer, options: Partial<DeliveryOptions> = {}) {
    const calls: (readonly string[])[] = [];
    const aside: SetAside[] = [];
    const ids = (records: readonly StreamRecord[]) => records.map(({ eventID }) => eventID);
    const finished = await deliver(TEN, {
      functionName: 'f',
      retries: 2,
      ageMs: Number.POSITIVE_INFINITY,
      bisect: true,
      reportsFailures: true,
      pause: async () => {},
      setAside: (batch, condition, tries) => aside.push({ records: ids(batch), condition, tries }),
      isClosed: () => false,
      invoker: {
        invoke: async (_name, payload) => {
          const { Records } = payload as { readonly Records: readonly StreamRecord[] };
          calls.push(ids(Records));
          return answer(ids(Records), calls.length);
        },
      },
      ...options,
    });
    return { finished, calls, aside };
  }

  const ALL = TEN.map(({ eventID }) => eventID);

  it('gives all to the function, once', async () => {
    expect(await delivered(() => reported())).toEqual({ finished: true, calls: [ALL], aside: [] });
  });

  it('a function that fails at a batch gets halves of it, until the record at fault stands alone', async () => {
    const { calls, aside } = await delivered((ids) => (ids.includes('4') ? FAILED : reported()));
    expect(aside).toEqual([{ records: ['4'], condition: 'RetryAttemptsExhausted', tries: 3 }]);
    const done = calls.filter((ids) => !ids.includes('4')).flat();
    expect(done.sort()).toEqual(ALL.filter((id) => id !== '4'));
    expect(calls.filter((ids) => ids.length === 1 && ids[0] === '4')).toHaveLength(3);
  });

  it('a function that says which record failed gets that one and those after it again', async () => {
    const { calls, aside } = await delivered((ids, call) =>
      ids.includes('4') && call < 3 ? reported('4', '7') : reported(),
    );
    expect(calls).toEqual([ALL, ALL.slice(4), ALL.slice(4)]);
    expect(aside).toEqual([]);
  });

  it('what is set aside of a batch that keeps failing at one record begins with that one', async () => {
    const { calls, aside } = await delivered(() => reported('4'));
    expect(calls).toEqual([ALL, ALL.slice(4), ALL.slice(4)]);
    expect(aside).toEqual([
      { records: ALL.slice(4), condition: 'RetryAttemptsExhausted', tries: 3 },
    ]);
  });

  it('each record that it gets past gives the rest all tries anew', async () => {
    const failing = ['2', '2', '6', '6'];
    const { aside } = await delivered(() => reported(...failing.splice(0, 1)));
    expect(aside).toEqual([]);
  });

  it.each([
    ['an empty one', ''],
    ['none at all', null],
    ['one of another batch', '99'],
  ])('a report that names %s fails the whole batch', async (_what, id) => {
    const { calls } = await delivered((_ids, call) => (call === 1 ? reported(id) : reported()));
    expect(calls).toEqual([ALL, ALL]);
  });

  it('reports that the mapping does not ask for are passed over', async () => {
    const { calls } = await delivered(() => reported('4'), { reportsFailures: false });
    expect(calls).toEqual([ALL]);
  });

  it('without bisecting, a batch is set aside as a whole', async () => {
    const { calls, aside } = await delivered(() => FAILED, { bisect: false });
    expect(calls).toEqual([ALL, ALL, ALL]);
    expect(aside).toEqual([{ records: ALL, condition: 'RetryAttemptsExhausted', tries: 3 }]);
  });

  it('a function that is throttled was not tried', async () => {
    const { calls, aside } = await delivered((_ids, call) =>
      call < 9 ? { kind: 'throttled' } : reported(),
    );
    expect(calls).toHaveLength(9);
    expect(aside).toEqual([]);
  });

  it('records that grow too old on the way are set aside, however many tries are left', async () => {
    const { calls, aside } = await delivered(() => ({ kind: 'throttled' }), {
      ageMs: 60_000,
      pause: async () => {
        vi.setSystemTime(Date.now() + 25_000);
      },
    });
    expect(calls).toHaveLength(3);
    expect(aside).toEqual([{ records: ALL, condition: 'RecordAgeExceeded', tries: 0 }]);
  });

  it('a stack that is switched off sets nothing aside', async () => {
    let closed = false;
    const { finished, aside } = await delivered(
      () => {
        closed = true;
        return FAILED;
      },
      { isClosed: () => closed, retries: 0 },
    );
    expect({ finished, aside }).toEqual({ finished: false, aside: [] });
  });
});
