import * as z from 'zod';

/** What a job says of itself beside its status, as it goes out: what it was asked for, and what came of it. */

export const Count = z.int().nonnegative();

/** A count that jobs have which it is about. */
function counted(description: string) {
  return Count.exactOptional().meta({ description });
}

const Counts = z.strictObject({
  accounts: counted('Accounts in the snapshot, closed ones too.'),
  transactions: counted('Transactions in the snapshot, each split one once.'),
  newTransactions: counted('Those of them that the snapshot before did not have.'),
  uncategorised: counted(
    'Transactions without a category that may get a suggestion; of a `suggestions_retry_payee` those of the payee.',
  ),
  suggestions: counted(
    'Suggestions that there are after the job, whatever their status; of a `suggestions_retry_payee` those of the payee.',
  ),
  written: counted('Suggestions that the job wrote, because they are new or changed.'),
  removed: counted(
    'Suggestions that the job removed: nothing is proposed any more, or their snapshot was distrusted.',
  ),
  applied: counted(
    'Suggestions that are in the budget now, those of an attempt before among them.',
  ),
  notApplied: counted('Suggestions that were to be applied and were not; `warnings` says why.'),
  modelCalls: counted('Calls of a language model, those that failed among them.'),
  modelTokens: counted('Tokens that those calls took; estimated where the model does not say.'),
});

export const Metadata = z.strictObject({
  trigger: z.enum(['api', 'schedule']),
  requestedBy: z.string().exactOptional().meta({
    description: 'Account and role or user, issuer and subject of a token, or the schedule.',
  }),
  retryCount: Count.meta({ description: 'How many jobs before this one tried the same.' }),
  fullResync: z.boolean().exactOptional(),
  bankSync: z.boolean().exactOptional(),
  suggestionId: z.string().exactOptional().meta({
    description: 'The suggestion whose payee a `suggestions_retry_payee` proposes anew for.',
  }),
  suggestionCount: counted('How many suggestions a `suggestions_apply` was told to apply.'),
  suggestionIds: z.array(z.string()).exactOptional().meta({
    description:
      'What a `suggestions_apply` was told to apply. Answers other than that of `GET /jobs/{jobId}` only count them.',
  }),
  minConfidence: z.number().exactOptional().meta({
    description:
      'Pending suggestions at or above it are applied too, but for those of a language model.',
  }),
  applyAtConfidence: z.number().exactOptional().meta({
    description:
      'Once the scheduled job has succeeded, another applies what is approved, and pending suggestions at or above it, but for those of a language model.',
  }),
  counts: Counts.exactOptional(),
  warnings: z
    .array(
      z.strictObject({
        code: z.string(),
        message: z.string(),
        count: Count.exactOptional(),
      }),
    )
    .exactOptional()
    .meta({ description: 'What the job left undone.' }),
});
