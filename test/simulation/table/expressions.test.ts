import { describe, expect, it } from 'vitest';
import { holds, updated } from './expressions.ts';

const item = { PK: 'p', SK: 's', status: 'queued', version: 3, worker: null };
const values = { ':three': 3, ':four': 4, ':text': 'queued', ':q': 'que', ':null': null };
const names = { '#status': 'status' };

describe('an expression', () => {
  it.each([
    ['version = :three', true],
    ['version = :four', false],
    ['version <> :four', true],
    ['version < :four', true],
    ['version <= :three', true],
    ['version > :three', false],
    ['version >= :four', false],
    ['version = :text', false],
    ['missing = :three', false],
    ['missing < :three', false],
    ['missing <> :three', true],
    ['worker = :null', true],
    ['#status IN (:q, :text)', true],
    ['#status IN (:q)', false],
    ['version BETWEEN :three AND :four', true],
    ['begins_with(#status, :q)', true],
    ['begins_with(#status, :text)', true],
    ['attribute_exists(version)', true],
    ['attribute_not_exists(version)', false],
    ['attribute_not_exists(missing)', true],
    ['NOT version = :three', false],
    ['version = :four OR version = :three', true],
    ['version = :three AND version = :four', false],
    ['version = :three OR version = :three AND version = :four', true],
    ['(version = :three OR version = :three) AND version = :four', false],
  ])('%s is %s', (expression, expected) => {
    expect(holds(expression, item, { names, values })).toBe(expected);
  });

  it('speaks of nothing where there is nothing', () => {
    expect(holds('attribute_not_exists(PK)', undefined, {})).toBe(true);
    expect(holds('version = :three', undefined, { values })).toBe(false);
  });

  it.each(['size(version) > :three', 'version == :three', 'version =', 'version = :three)'])(
    'is refused when it is not understood: %s',
    (expression) => {
      expect(() => holds(expression, item, { names, values })).toThrow();
    },
  );

  it('is refused when what it names was not given', () => {
    expect(() => holds('version = :nine', item, { values })).toThrow(':nine');
    expect(() => holds('#nine = :three', item, { values })).toThrow('#nine');
  });
});

describe('an update', () => {
  it('sets and removes attributes, and leaves the others', () => {
    expect(
      updated('SET #status = :q, added = :four REMOVE worker', item, { names, values }),
    ).toEqual({ PK: 'p', SK: 's', status: 'que', version: 3, added: 4 });
  });

  it('is refused when it is not understood', () => {
    expect(() => updated('ADD version :three', item, { values })).toThrow('ADD');
  });
});
