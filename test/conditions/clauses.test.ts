import { describe, expect, it } from 'vitest';
import { clausesOf } from './clauses.ts';

describe('the clauses of a condition', () => {
  it.each([
    ['a = :a', { 'a = :a': undefined }],
    ['(a = :a)', { 'a = :a': undefined }],
    [
      '(a = :a) AND (b = :b) AND (c = :c)',
      {
        'a = :a': '(b = :b) AND (c = :c)',
        'b = :b': '(a = :a) AND (c = :c)',
        'c = :c': '(a = :a) AND (b = :b)',
      },
    ],
    [
      '(f(PK) OR b = :b)',
      { 'f(PK) OR b = :b': undefined, 'f(PK)': '(b = :b)', 'b = :b': '(f(PK))' },
    ],
    [
      '(a = :a) AND (f(PK) OR b = :b)',
      {
        'a = :a': '(f(PK) OR b = :b)',
        'f(PK) OR b = :b': '(a = :a)',
        'f(PK)': '(a = :a) AND (b = :b)',
        'b = :b': '(a = :a) AND (f(PK))',
      },
    ],
    [
      '(s = :s AND r BETWEEN :a AND :b)',
      { 's = :s': '(r BETWEEN :a AND :b)', 'r BETWEEN :a AND :b': '(s = :s)' },
    ],
    ['(s IN (:a, :b))', { 's IN (:a, :b)': undefined }],
  ])('%s', (expression, expected) => {
    const found = clausesOf(expression).map(({ text, rest }) => [text, rest]);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect(found).toHaveLength(Object.keys(expected).length);
  });
});
