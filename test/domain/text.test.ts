import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folded } from '../../functions/domain/text.ts';

it.each([
  ['CAFÉ', 'café'],
  ['Crème  Brûlée\t\n12', 'creme brulee 12'],
  ['  Aldi ', 'aldi'],
  ['ﬁtness', 'FITNESS'],
  ['Łódź', 'łodz'],
])('%j and %j are the same text', (one, other) => {
  expect(folded(one)).toBe(folded(other));
});

it.each([
  ['Aldi Süd', 'aldi sud'],
  ['A  B', 'a b'],
])('%j is %j', (text, same) => {
  expect(folded(text)).toBe(same);
});

it('keeps words apart', () => {
  expect(folded('al di')).not.toBe(folded('aldi'));
});

it('is the same for plain texts, which are folded in a shorter way', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'B', '7', '&', '-', ' ') });
  fc.assert(
    fc.property(plain, (text) => {
      // An accent by itself changes no text, but makes it one that is not plain.
      expect(folded(text)).toBe(folded(`${text} \u0301`));
    }),
  );
});
