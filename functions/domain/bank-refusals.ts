import type { JobWarning } from './job.ts';

/** Why an account's bank gave nothing: a closed list, each with a sentence that says what to do. No account is named. */
export const BANK_REFUSALS = {
  BANK_LOGIN_REQUIRED:
    'The bank wants the owner to log in again. Open the account in Actual on a computer and choose "Reauthorize" in the note about connection problems, which a phone does not show; for SimpleFIN give Actual a new token, and link the account anew.',
  BANK_NEEDS_ATTENTION:
    'The connection to the bank needs attention. Open the account in Actual on a computer and follow what it says there; a phone does not show it.',
  BANK_THROTTLED:
    'The bank allows only a few bank syncs a day, and they are used up. The next job of another day gets through.',
  BANK_TIMED_OUT: 'The bank did not answer in time. The next job with bankSync tries again.',
  BANK_ACCOUNT_GONE:
    'The bank does not know the account any more. Unlink it in Actual and link it anew.',
  BANK_SYNC_FAILED:
    'The bank could not be reached, or gave no usable answer. The next job with bankSync tries again; if it goes on, run bank sync in Actual to see why.',
} as const;

type BankRefusalCode = keyof typeof BANK_REFUSALS;

/** How Actual words a refusal: both are codes of its providers, never texts. */
export interface BankRefusal {
  readonly category: string;
  readonly code: string;
}

/** Actual's categories (`getBankSyncStatusFromError` in its 26.9.0), as far as something else follows from them. */
const BY_CATEGORY: ReadonlyMap<string, BankRefusalCode> = new Map([
  ['INVALID_ACCESS_TOKEN', 'BANK_LOGIN_REQUIRED'],
  ['ACCOUNT_NEEDS_ATTENTION', 'BANK_NEEDS_ATTENTION'],
  ['RATE_LIMIT_EXCEEDED', 'BANK_THROTTLED'],
  ['TIMED_OUT', 'BANK_TIMED_OUT'],
  ['ACCOUNT_MISSING', 'BANK_ACCOUNT_GONE'],
]);

/** The same fault under a category that says less. */
const BY_CODE: ReadonlyMap<string, BankRefusalCode> = new Map([
  ['ITEM_LOGIN_REQUIRED', 'BANK_LOGIN_REQUIRED'],
  ['INVALID_ACCESS_TOKEN', 'BANK_LOGIN_REQUIRED'],
]);

/** What Actual's bank sync did. */
export interface BankSyncReport {
  /** Accounts that are linked to a bank. */
  readonly linked: number;
  readonly refusals: readonly BankRefusal[];
}

/** One warning for each kind of refusal, with the number of accounts; one when there was nothing to sync. */
export function bankWarnings({ linked, refusals }: BankSyncReport): readonly JobWarning[] {
  if (linked === 0) return [NOT_LINKED];
  const counts = new Map<BankRefusalCode, number>();
  for (const { category, code } of refusals) {
    const known = BY_CATEGORY.get(category) ?? BY_CODE.get(code) ?? 'BANK_SYNC_FAILED';
    counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, message: BANK_REFUSALS[code], count }));
}

export const NOT_LINKED = {
  code: 'BANK_NOT_LINKED',
  message:
    'No open account of the budget is linked to a bank, so there was nothing to sync with one. Link accounts in Actual.',
} as const;
