import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import {
  type DeliveryOptions,
  deliver,
  type StreamRecord,
} from '../../local/runtime/events/batch.ts';

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

  it('nor does one that is switched off while its function works', async () => {
    let closed = false;
    const answer = () => {
      closed = true;
      return FAILED;
    };
    const options = { isClosed: () => closed, retries: 0, bisect: false };
    expect(await delivered(answer, options)).toEqual({ finished: false, calls: [ALL], aside: [] });
  });

  it('one that is switched off before another try makes none', async () => {
    let closed = false;
    const pause = async () => {
      closed = true;
    };
    const { finished, calls } = await delivered(() => reported('0'), {
      isClosed: () => closed,
      pause,
    });
    expect({ finished, calls }).toEqual({ finished: false, calls: [ALL] });
  });

  it('what is too old at once is dealt with: the stream goes on behind it', async () => {
    vi.setSystemTime(MADE.getTime() + 60_001);
    const { finished, calls, aside } = await delivered(() => reported(), { ageMs: 60_000 });
    expect({ finished, calls }).toEqual({ finished: true, calls: [] });
    expect(aside).toEqual([{ records: ALL, condition: 'RecordAgeExceeded', tries: 0 }]);
  });

  it('waits longer before each try', async () => {
    const pause = vi.fn(async () => undefined);
    await delivered((_ids, call) => (call < 4 ? { kind: 'throttled' } : reported()), { pause });
    expect(pause.mock.calls).toEqual([[0], [1], [2]]);
  });

  it.each([[null], ['done'], [{}], [{ batchItemFailures: null }]])(
    'a function that answers %j says of no record that it failed',
    async (payload) => {
      const { finished, calls } = await delivered(() => ({ kind: 'success', payload }));
      expect({ finished, calls }).toEqual({ finished: true, calls: [ALL] });
    },
  );
});
