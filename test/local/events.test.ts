import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { deliver, type StreamRecord } from '../../local/runtime/events/batch.ts';
import { matches, PatternError } from '../../local/runtime/events/pattern.ts';
import { rateMs } from '../../local/runtime/events/rules.ts';

describe('event patterns', () => {
  const event = { source: 'aws.states', detail: { status: 'FAILED', name: 'job-1' } };

  it.each([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.s3', 'aws.states'], detail: { status: ['FAILED'] } }, true],
    [{ detail: { name: [{ prefix: 'job-' }] } }, true],
    [{ detail: { name: [{ suffix: '-1' }] } }, true],
    [{ detail: { status: [{ 'anything-but': ['RUNNING'] }] } }, true],
    [{ detail: { reason: [{ exists: false }] } }, true],
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
  const record = (n: number): StreamRecord => ({
    eventID: String(n),
    dynamodb: { SequenceNumber: String(n) },
  });
  const TEN = Array.from({ length: 10 }, (_, n) => record(n));

  /** Delivers to a function that fails as long as `isBad` finds a record in the batch. */
  async function delivered(
    isBad: (record: StreamRecord, attempt: number) => boolean,
    reports: 'batch' | 'items' = 'batch',
  ) {
    const done: string[] = [];
    const aside: string[] = [];
    let attempt = 0;
    const finished = await deliver(TEN, {
      functionName: 'f',
      retries: 2,
      bisect: true,
      reportsFailures: reports === 'items',
      pause: async () => {},
      setAside: ({ eventID }) => aside.push(eventID),
      isClosed: () => false,
      invoker: {
        invoke: async (_name, payload): Promise<InvocationResult> => {
          attempt += 1;
          const { Records } = payload as { readonly Records: readonly StreamRecord[] };
          const bad = Records.filter((one) => isBad(one, attempt));
          if (bad.length === 0 || reports === 'items') {
            done.push(...Records.filter((one) => !bad.includes(one)).map(({ eventID }) => eventID));
            const batchItemFailures = bad.map((one) => ({
              itemIdentifier: one.dynamodb.SequenceNumber,
            }));
            return { kind: 'success', payload: { batchItemFailures } };
          }
          return { kind: 'error', error: { errorType: 'E', errorMessage: '' } };
        },
      },
    });
    return { finished, done: [...new Set(done)].sort(), aside };
  }

  const without = (...ids: readonly string[]) =>
    TEN.map(({ eventID }) => eventID).filter((id) => !ids.includes(id));

  it('gives each to the function', async () => {
    expect(await delivered(() => false)).toEqual({ finished: true, done: without(), aside: [] });
  });

  it.each(['batch', 'items'] as const)(
    'sets a poisoned one aside and delivers the others (%s)',
    async (reports) => {
      const outcome = await delivered(({ eventID }) => eventID === '4', reports);
      expect(outcome).toEqual({ finished: true, done: without('4'), aside: ['4'] });
    },
  );

  it('tries again what fails for a while', async () => {
    const outcome = await delivered(
      ({ eventID }, attempt) => eventID === '9' && attempt < 3,
      'items',
    );
    expect(outcome).toEqual({ finished: true, done: without(), aside: [] });
  });
});
