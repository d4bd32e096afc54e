import { NONE } from '../domain/extract.ts';
import { FailureError, failure } from '../domain/failures.ts';
import { type TransactionId, transactionId, transactionOf } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { KeptSuggestion, Suggestion } from '../domain/suggestion.ts';
import { folded } from '../domain/text.ts';
import { type TransactionLookup, transactionsOf } from './proposed-changes.ts';
import type { StepWork } from './run-step.ts';
import {
  type Decision,
  decisionsAmong,
  type ProposalRequest,
  proposed,
  type Read,
  type SuggestionsPorts,
  standingAmong,
  writeAnswer,
} from './suggestions.ts';

/**
 * Proposes anew for the payee of one suggestion: every open transaction of the payee gets what the engine says now,
 * rejected ones are open for a decision again, and no category that was rejected for the payee comes back.
 * An older id of the suggestion names the same payee, so the step may be run again after it wrote a newer one.
 */
export function retryPayeeStep(ports: SuggestionsPorts): StepWork {
  return async (context) => {
    const { job } = context.record;
    const { asked, answer } = await proposed(ports, job.budgetId, (read) => ofPayeeIn(read, job));
    return writeAnswer(ports, context, answer, {
      existing: asked.group,
      proposals: answer.proposals.filter(({ transactionId: id }) => asked.isOfPayee(id)),
      transactionOf: asked.transactionOf,
      reopenRejected: true,
      uncategorised: answer.candidates.filter(asked.isOfPayee).length,
    });
  };
}

interface OfPayee {
  /** The suggestions for transactions of the payee. */
  readonly group: readonly KeptSuggestion[];
  readonly isOfPayee: (id: TransactionId) => boolean;
  readonly transactionOf: TransactionLookup;
  readonly request: ProposalRequest;
}

/** @throws FailureError SUGGESTION_NOT_FOUND when the job's suggestion is gone, or was never there. */
function ofPayeeIn({ extract, existing }: Read, job: Job): OfPayee {
  const transactionOf = transactionsOf(extract);
  // The payee may have another name by now than when the suggestion was written.
  const payeeOf = (one: Suggestion) =>
    folded((transactionOf(one.transactionId) ?? one.transaction).payee);
  const named = namedSuggestion(job, existing);
  const payee = payeeOf(named);
  // Transactions without a payee have none in common.
  const isAlike = (id: TransactionId, other: string) =>
    payee === '' ? id === named.transactionId : other === payee;
  const group = existing.filter((one) => isAlike(one.transactionId, payeeOf(one)));
  const isOfPayee = (id: TransactionId) => {
    const found = transactionOf(id);
    return found !== undefined && isAlike(id, folded(found.payee));
  };
  const open = extract.transactions.id
    .filter((_, index) => extract.transactions.category[index] === NONE)
    .map(transactionId)
    .filter(isOfPayee);
  const closed = new Set(
    group
      .filter(({ status }) => status === 'approved' || status === 'applied')
      .map((one) => one.transactionId),
  );
  const request = {
    decisions: [...decisionsAmong(existing), ...rejectedForAll(group, open)],
    standing: standingAmong(group),
    wanted: (id: TransactionId) => isOfPayee(id) && !closed.has(id),
    anew: true,
  };
  return { group, isOfPayee, transactionOf, request };
}

/** @throws FailureError SUGGESTION_NOT_FOUND when it is gone, or was never there. */
function namedSuggestion({ metadata }: Job, existing: readonly Suggestion[]): Suggestion {
  const { suggestionId: id } = metadata;
  const named = existing.find((one) => id !== undefined && one.transactionId === transactionOf(id));
  if (named === undefined) throw new FailureError(failure('SUGGESTION_NOT_FOUND'));
  return named;
}

/**
 * What was rejected for one transaction of the payee is rejected for each open one: also where the rejected transaction
 * itself has a category by now, so that the engine no longer looks at it.
 */
function rejectedForAll(
  group: readonly Suggestion[],
  open: readonly TransactionId[],
): readonly Decision[] {
  const categories = new Set(group.flatMap(({ rejectedCategoryIds }) => rejectedCategoryIds));
  return open.flatMap((id) =>
    [...categories].map((categoryId) => ({
      transactionId: id,
      verdict: 'rejected' as const,
      categoryId,
    })),
  );
}
