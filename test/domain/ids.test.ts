import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  budgetId,
  epochSecondsAfter,
  eventId,
  executionId,
  isSuggestable,
  isSuggestionId,
  isUuid,
  jobId,
  latest,
  parseSuggestionId,
  stepId,
  suggestionId,
  timestamp,
  timestampAt,
  transactionId,
  transactionOf,
  workerId,
} from '../../functions/domain/ids.ts';
import { at, uuid } from './builders.ts';

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
    expect(() => parse('')).toThrow(/^An empty \w+ id$/);
    expect(parse('a')).toBe('a');
  });

  it('names a proposal by its transaction and revision', () => {
    expect(suggestionId(transactionId('t-1'), 3)).toBe('t-1.3');
  });

  it.each(['t-1.3', 'a.1767268800000', 'a.b.1', `${'a'.repeat(100)}.1`])(
    'takes %s for a proposal',
    (text) => {
      expect(isSuggestionId(text)).toBe(true);
      expect(parseSuggestionId(text)).toBe(text);
    },
  );

  it.each([`${uuid(1)}/${uuid(2)}`, 'bank.2026.17'])(
    'finds the transaction %s again in what names its proposal',
    (id) => {
      const named = suggestionId(transactionId(id), 3);
      expect([isSuggestable(id), isSuggestionId(named)]).toEqual([true, true]);
      expect(transactionOf(named)).toBe(id);
    },
  );

  it.each(['', 'a b', 'a'.repeat(101)])('names no proposal for the transaction %j', (id) => {
    expect(isSuggestable(id)).toBe(false);
    expect(isSuggestionId(`${id}.1`)).toBe(false);
  });

  it("makes no proposal for a transaction that Actual's library cannot change", () => {
    expect(isSuggestable("bank'7")).toBe(false);
  });

  it.each(['', 't-1', 't-1.0', '.1', ' t-1.1', 'a b.1', 't-1.1x', 't-1.1\n', 't-1.x1'])(
    'does not take %j for one, with the rule in the error',
    (text) => {
      expect(isSuggestionId(text)).toBe(false);
      expect(() => parseSuggestionId(text)).toThrow(
        new RangeError(`Not a suggestion id (<transactionId>.<revision>): ${text}`),
      );
    },
  );

  it('does not repeat a long text for a proposal in its error', () => {
    expect(() => parseSuggestionId('x'.repeat(10_000))).toThrow(/^.{0,120}$/s);
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

  it.each([
    '2026-01-01',
    '2026-01-01T12:00:00Z',
    '2026-01-01T12:00:00.000+00:00',
    '+012026-01-01T12:00:00.000Z',
    '2026-01-01T12:00:00.000Zulu',
    '2026-13-01T12:00:00.000Z',
    '2026-01-00T12:00:00.000Z',
    '2026-02-29T12:00:00.000Z',
    '2026-04-31T12:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T12:60:00.000Z',
    'now',
    '',
  ])('refuses %j', (text) => {
    expect(() => timestamp(text)).toThrow('milliseconds');
  });

  it('know the days of each month', () => {
    expect(timestamp('2028-02-29T12:00:00.000Z')).toBe('2028-02-29T12:00:00.000Z');
  });

  it('are made of milliseconds since 1970 in that same spelling', () => {
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: last }),
        (time) => Date.parse(timestamp(timestampAt(time))) === time,
      ),
    );
    expect(() => timestampAt(last + 1)).toThrow('four digits');
    expect(() => timestampAt(Number.NaN)).toThrow(RangeError);
  });

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
