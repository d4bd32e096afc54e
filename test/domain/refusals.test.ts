import { expect, it } from 'vitest';
import { isRefusalCode, REFUSALS } from '../../functions/domain/refusals.ts';

it('is a closed list: nothing else is a code, not even what every object has', () => {
  expect(Object.keys(REFUSALS).every(isRefusalCode)).toBe(true);
  expect(['toString', '__proto__', 'AUTH_FAILED', ''].some(isRefusalCode)).toBe(false);
});

it.each(Object.entries(REFUSALS))(
  '%s says what happened, and what is to be done',
  (_code, sentences) => {
    expect(sentences).toMatch(/^[A-Z][^.]+\. [A-Z][^.]+\.$/);
  },
);

it('says of a payee that is gone both ways in which it can have gone', () => {
  expect(REFUSALS.PAYEE_MERGED).toMatch(/merged .* or deleted/);
});
