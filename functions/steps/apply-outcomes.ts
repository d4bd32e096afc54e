import { confirmed, type TransactionUpdate, type Verdict } from '../domain/applying.ts';
import type { BudgetExtract } from '../domain/extract.ts';
import { latest, type TransactionId, timeAfter } from '../domain/ids.ts';
import type { JobWarning } from '../domain/job.ts';
import { APPROVE_ANEW, PAYEE_KEPT, REFUSALS, type RefusalCode } from '../domain/refusals.ts';
import type { Fence } from '../domain/running.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import type { Suggestion, SuggestionChange } from '../domain/suggestion.ts';
import { transactionsOf } from './proposed-changes.ts';
import type { StepContext } from './run-step.ts';

/** What an apply makes of the suggestions that it was to apply. */
export interface Outcomes {
  /** Those that it has sent. */
  readonly applied: readonly Suggestion[];
  /** Those that were in the budget already, and that a worker before it may have sent. */
  readonly mayBeSent: readonly SuggestionChange[];
  /** Those that somebody else had written into the budget. */
  readonly found: readonly SuggestionChange[];
  readonly refused: readonly SuggestionChange[];
}

export interface OutcomeWriter {
  /**
   * Each as it is after the apply. One that was decided anew meanwhile keeps that decision unless it was sent; one that may be sent keeps
   * an approval alone.
   */
  recordOutcomes(
    outcomes: Outcomes,
    fence: Fence,
  ): Promise<
    | { readonly kind: 'not_running' }
    /** `leftOut`: those that are not as they were read. */
    | { readonly kind: 'written'; readonly leftOut: readonly TransactionId[] }
  >;
}

/** What is to be written of what was judged. */
export function updatesIn(judged: readonly Verdict[]): readonly TransactionUpdate[] {
  return judged.flatMap((verdict) => (verdict.kind === 'write' ? [verdict.update] : []));
}

/**
 * @param extract the budget as it stands on the server after the apply.
 * @param mayBeSent whether a worker before this one may have sent what is done.
 */
export function outcomesOf(
  judged: readonly Verdict[],
  extract: BudgetExtract,
  mayBeSent: boolean,
  { record, now }: StepContext,
): Outcomes {
  const at = now();
  const shown = confirmed(extract, updatesIn(judged));
  const transactionOf = transactionsOf(extract);
  const applied: Suggestion[] = [];
  const inBudget: SuggestionChange[] = [];
  const refused: SuggestionChange[] = [];
  const refuse = (suggestion: Suggestion, code: RefusalCode) => {
    // The user approves anew what the budget shows now, so that is what the suggestion has to show.
    const isNew = suggestion.status === 'approved' && APPROVE_ANEW.has(code);
    const transaction = isNew ? transactionOf(suggestion.transactionId) : undefined;
    // Not an update: its time runs from the decision, or one that never fits would be tried and told of for ever.
    const after = {
      ...suggestion,
      ...(transaction === undefined ? {} : { transaction }),
      lastOutcome: { code, at: latest(suggestion.updatedAt, at) },
    };
    refused.push({ before: suggestion, after });
  };
  for (const verdict of judged) {
    const { suggestion } = verdict;
    if (verdict.kind === 'refused') refuse(suggestion, verdict.code);
    else if (verdict.kind === 'write' && !shown.has(suggestion.transactionId)) {
      refuse(suggestion, 'NOT_CONFIRMED');
    } else {
      const { id: appliedBy } = record.job;
      const after = {
        ...suggestion,
        status: 'applied',
        appliedBy,
        lastOutcome: null,
        updatedAt: timeAfter(suggestion.updatedAt, at),
      } as const;
      if (verdict.kind === 'write') applied.push(after);
      else inBudget.push({ before: suggestion, after });
    }
  }
  return mayBeSent
    ? { applied, mayBeSent: inBudget, found: [], refused }
    : { applied, mayBeSent: [], found: inBudget, refused };
}

/**
 * Writes them.
 *
 * @returns them as they are by then: somebody may have decided anew on one that was found.
 * @throws JobNotRunningError when the worker no longer holds the budget.
 */
export async function recorded(
  suggestions: OutcomeWriter,
  outcomes: Outcomes,
  fence: Fence,
): Promise<Outcomes> {
  const written = await suggestions.recordOutcomes(outcomes, fence);
  if (written.kind === 'not_running') throw new JobNotRunningError();
  const leftOut = new Set(written.leftOut);
  const isLeftOut = ({ before }: SuggestionChange) => leftOut.has(before.transactionId);
  const { mayBeSent, found, refused } = outcomes;
  const decidedAnew = [...mayBeSent, ...found].filter(isLeftOut).map(({ before, after }) => {
    const lastOutcome = { code: 'DECIDED_ANEW', at: after.updatedAt } as const;
    return { before, after: { ...before, lastOutcome } };
  });
  return {
    ...outcomes,
    mayBeSent: mayBeSent.filter((one) => !isLeftOut(one)),
    found: found.filter((one) => !isLeftOut(one)),
    refused: [...refused, ...decidedAnew],
  };
}

/** The suggestions that count as applied. */
export function appliedIn({ applied, mayBeSent, found }: Outcomes): readonly Suggestion[] {
  return [...applied, ...[...mayBeSent, ...found].map(({ after }) => after)];
}

export function warningsFor(judged: readonly Verdict[], outcomes: Outcomes): readonly JobWarning[] {
  const counts = new Map<RefusalCode, number>();
  for (const { after } of outcomes.refused) {
    const code = after.lastOutcome?.code;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const shown = new Set(appliedIn(outcomes).map(({ transactionId }) => transactionId));
  const keeping = judged.filter((verdict) => verdict.kind !== 'refused' && verdict.payeeKept);
  const kept = keeping.filter(({ suggestion }) => shown.has(suggestion.transactionId)).length;
  return [
    ...[...counts].map(([code, count]) => ({ code, message: REFUSALS[code], count })),
    ...(kept === 0 ? [] : [{ ...PAYEE_KEPT, count: kept }]),
  ];
}
