import { expect } from 'vitest';
import { type FailureCode, isRetryable, sentenceOf } from '../../functions/domain/failures.ts';
import type { ActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { order } from '../actual/server-api.ts';
import { changeAccounts, changeHistory } from '../actual/server-files.ts';
import type { Ended } from './installation.ts';

/** Budgets that something is wrong with on the server, and what a job says of it. */

/** @param detail what is added to the sentence that everybody reads. */
export function expectFailed({ job, steps }: Ended, code: FailureCode, detail = ''): void {
  expect(job).toMatchObject({
    status: 'failed',
    failureCode: code,
    failureReason: `${sentenceOf(code)} ${detail}`.trim(),
    failureRetryable: isRetryable(code),
  });
  const { failureNextAction } = job;
  expect(failureNextAction).not.toBeNull();
  expect(job.failureReason).toContain(failureNextAction);
  expect(steps.map(({ status }) => status)).toEqual(['failed', 'canceled']);
}

/** A budget of its own that something is done to. */
export interface Budget {
  readonly token: string;
  readonly syncId: string;
  readonly cloudFileId: string;
}

/** What is wrong with them whether there is a snapshot or not: the code that says so, what it is, and what makes it so. */
export function broken(
  serverOf: () => ActualServer,
): readonly (readonly [FailureCode, string, (budget: Budget) => unknown])[] {
  return [
    [
      'ENCRYPTION_KEY_REQUIRED',
      'has a password that nobody configured',
      ({ cloudFileId }) => {
        const keyed = `UPDATE files SET encrypt_keyid = 'key', encrypt_meta = '{"keyId":"key"}' WHERE id = ?`;
        changeAccounts(serverOf(), keyed, cloudFileId);
      },
    ],
    [
      'SYNC_DIVERGED',
      'counts other changes on the server than there are',
      ({ syncId }) =>
        changeHistory(serverOf(), syncId, `UPDATE messages_merkles SET merkle = '{"hash":7}'`),
    ],
    [
      'CLOCK_DRIFT',
      'was changed by a device whose clock is an hour ahead',
      ({ syncId }) =>
        householdDoes(
          serverOf().url,
          [
            { do: 'open', syncId },
            { do: 'add', transactions: 1 },
          ],
          { aheadMinutes: 60 },
        ),
    ],
    [
      'BUDGET_NEEDS_ATTENTION',
      'is in the middle of a reset',
      ({ token, cloudFileId: fileId }) =>
        order(serverOf().url, token, '/sync/reset-user-file', { fileId }),
    ],
  ];
}
