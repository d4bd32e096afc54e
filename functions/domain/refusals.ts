/** Why a suggestion was not applied: a closed list, each with a sentence that says what to do. */
export const REFUSALS = {
  TRANSACTION_GONE: 'The transaction was deleted in Actual. There is nothing left to do.',
  TRANSACTION_SPLIT: 'The transaction was split in Actual. Its parts get proposals of their own.',
  TRANSACTION_CATEGORISED:
    'The transaction has another category in Actual by now, which was kept. Where you want the proposed one, set it there, or else reject the suggestion.',
  TRANSACTION_CHANGED:
    'The payee or the amount of the transaction changed in Actual. Look at it again and approve it anew, with its correction if it has one.',
  TRANSACTION_RECONCILED:
    'The transaction was reconciled in Actual meanwhile. Unlock it there, or set its category there.',
  TRANSACTION_TRANSFER:
    'The transaction became a transfer in Actual, which has no category. One that it has all the same goes with any change to it there.',
  ACCOUNT_CLOSED:
    'The account is closed or off the budget in Actual by now. Once it is open again, the next apply takes the suggestion; or reject it.',
  CATEGORY_GONE: 'The category was deleted in Actual. Approve the suggestion with another one.',
  CATEGORY_HIDDEN:
    'The category is hidden in Actual. Show it there, or approve the suggestion with another one.',
  PAYEE_MERGED:
    'The payee was merged with another one, or deleted, in Actual. Look at the suggestion again and approve it anew, with its correction if it has one.',
  DECIDED_ANEW:
    'Somebody decided anew while the job ran, and that was kept. Where it is approved, the next apply takes it.',
  NOT_CONFIRMED:
    'Another device changed the transaction, or its new category, while the job ran, and that was kept. Apply it again.',
} as const;

/** What an apply did not do to a suggestion that it applied. */
export const PAYEE_KEPT = {
  code: 'PAYEE_KEPT',
  message:
    'The transaction is reconciled, or a transfer to another account, or the proposed payee is not there any more: its category was set, its payee was kept.',
} as const;

/** What a repeated apply was to apply, and found no more. */
export const REPLACED = {
  code: 'SUGGESTION_REPLACED',
  message:
    'The suggestion was replaced by a newer one, removed, or expired, since the apply that was cut off began. Look at what waits for a decision now.',
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(REFUSALS, text);
}

/** After these the user has to approve again: what was approved is not what the budget shows now. */
export const APPROVE_ANEW: ReadonlySet<RefusalCode> = new Set([
  'TRANSACTION_CHANGED',
  'PAYEE_MERGED',
]);
