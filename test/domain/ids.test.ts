import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  budgetId,
  epochSecondsAfter,
  eventId,
  executionId,
  isUuid,
  jobId,
  latest,
  stepId,
  suggestionId,
  timestamp,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import { at } from './builders.ts';

describe('ids', () => {
  it.each([jobId, budgetId, stepId, eventId])('takes any UUID in lower case', (parse) => {
    fc.assert(fc.property(fc.uuid(), (text) => parse(text) === text));
  });

  it.each([
    '',
    'x',
    '0190B1D4-0000-7000-8000-000000000001',
    '0190b1d4-0000-7000-8000-00000000000',
    ' 0190b1d4-0000-7000-8000-000000000001',
    '0190b1d4-0000-7000-8000-000000000001\n',
    '__proto__',
  ])('refuses %j as a UUID, with the rule in the error', (text) => {
    expect(isUuid(text)).toBe(false);
    expect(() => jobId(text)).toThrow('lower-case UUID');
  });

  it('does not repeat a long text in its error', () => {
    expect(() => jobId('x'.repeat(10_000))).toThrow(/^.{0,120}$/s);
  });

  it.each([executionId, workerId, transactionId])('refuses an empty text', (parse) => {
    expect(() => parse('')).toThrow(RangeError);
    expect(parse('a')).toBe('a');
  });

  it('names a proposal by its transaction and revision', () => {
    expect(suggestionId(transactionId('t-1'), 3)).toBe('t-1.3');
  });
});

describe('times', () => {
  it('have one spelling, so that text order is time order', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
        (date) => timestamp(date.toISOString()) === date.toISOString(),
      ),
    );
  });

  it.each(['2026-01-01', '2026-01-01T12:00:00Z', '2026-01-01T12:00:00.000+00:00', 'now', ''])(
    'refuses %j',
    (text) => {
      expect(() => timestamp(text)).toThrow('milliseconds');
    },
  );

  it('are compared as times', () => {
    expect([latest(at(1), at(2)), latest(at(2), at(1)), latest(at(1), at(1))]).toEqual([
      at(2),
      at(2),
      at(1),
    ]);
  });

  it('expire a number of days later, in whole seconds', () => {
    expect(epochSecondsAfter(timestamp('1970-01-01T00:00:01.999Z'), 30)).toBe(30 * 86_400 + 1);
  });
});
