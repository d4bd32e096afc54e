import { expect, it } from 'vitest';
import { BANK_REFUSALS, bankWarnings } from '../../functions/domain/bank-refusals.ts';

const refused = (category: string, code = '') => ({ category, code });

it.each([
  ['INVALID_ACCESS_TOKEN', 'BANK_LOGIN_REQUIRED'],
  ['ACCOUNT_NEEDS_ATTENTION', 'BANK_NEEDS_ATTENTION'],
  ['RATE_LIMIT_EXCEEDED', 'BANK_THROTTLED'],
  ['TIMED_OUT', 'BANK_TIMED_OUT'],
  ['ACCOUNT_MISSING', 'BANK_ACCOUNT_GONE'],
  ['toString', 'BANK_SYNC_FAILED'],
] as const)('a refusal of the kind %s is the warning %s', (category, code) => {
  expect(bankWarnings({ linked: 1, refusals: [refused(category)] })).toEqual([
    { code, message: BANK_REFUSALS[code], count: 1 },
  ]);
});

it('believes the code where the category says less', () => {
  const refusals = [
    refused('', 'ITEM_LOGIN_REQUIRED'),
    refused('', 'INVALID_ACCESS_TOKEN'),
    refused('INVALID_ACCESS_TOKEN'),
  ];
  expect(bankWarnings({ linked: 3, refusals })).toMatchObject([
    { code: 'BANK_LOGIN_REQUIRED', count: 3 },
  ]);
});
