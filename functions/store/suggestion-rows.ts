import * as z from 'zod';
import {
  epochSecondsAfter,
  isSuggestionId,
  parseSuggestionId,
  transactionId,
} from '../domain/ids.ts';
import { isRefusalCode } from '../domain/refusals.ts';
import {
  daysKept,
  type Keeping,
  type KeptSuggestion,
  PROPOSERS,
  SUGGESTION_STATUSES,
  type Suggestion,
  type SuggestionStatus,
} from '../domain/suggestion.ts';
import { CODE, idOfBudget, idOfJob, time } from './job-rows.ts';
import { suggestionKey } from './keys.ts';
import { GROWING, type Item, isExpired, parseItem, SCHEMA } from './rows.ts';

/** Suggestions as they lie in the table. */

const Proposal = z.object({
  categoryId: z.string(),
  categoryName: z.string(),
  confidence: z.number(),
});

const Decision = z.object({
  categoryId: z.string(),
  categoryName: z.string().nullable(),
  payeeName: z.string().nullable(),
  decidedAt: time,
  decidedBy: z.string(),
});

/** Null for a code that only a newer version has: the next apply finds out anew. */
const Outcome = z
  .object({ code: z.string().regex(CODE), at: time })
  .transform(({ code, at }) => (isRefusalCode(code) ? { code, at } : null));

const SuggestionShape = z.object({
  id: z.string().refine(isSuggestionId).transform(parseSuggestionId),
  budgetId: idOfBudget,
  transactionId: z.string().min(1).transform(transactionId),
  revision: z.number(),
  status: z.enum(SUGGESTION_STATUSES),
  transaction: z.object({
    date: z.string(),
    accountName: z.string(),
    payee: z.string(),
    amount: z.number(),
    payeeId: z.string().nullable().default(null),
    reconciled: z.boolean().default(false),
  }),
  proposals: z.tuple([Proposal], Proposal),
  reason: z.string(),
  payeeName: z.string().nullable(),
  // What the first version did not write yet has these values.
  proposedBy: z.enum(PROPOSERS, GROWING).default('history'),
  decision: Decision.nullable().default(null),
  rejectedCategoryIds: z.array(z.string()).default([]),
  lastOutcome: Outcome.nullable().default(null),
  appliedBy: idOfJob.nullable().default(null),
  createdAt: time,
  updatedAt: time,
});

/** The partition of the status index that a suggestion is in. */
export function suggestionStatusKey(
  budget: Suggestion['budgetId'],
  status: SuggestionStatus,
): string {
  return `${budget}#${status}`;
}

/** Its place there: by the transaction's date, then by id so that no two share a place. */
export function suggestionOrder({ transaction, transactionId: id }: Suggestion): string {
  return `${transaction.date}#${id}`;
}

export function suggestionItem(suggestion: Suggestion, keeping: Keeping): Item {
  return {
    ...suggestionKey(suggestion.budgetId, suggestion.transactionId),
    schema: SCHEMA,
    ...suggestion,
    suggestionStatusKey: suggestionStatusKey(suggestion.budgetId, suggestion.status),
    suggestionOrder: suggestionOrder(suggestion),
    // Last: one that was read may bring the time until which it was kept.
    expiresAt: epochSecondsAfter(suggestion.updatedAt, daysKept(suggestion, keeping)),
  };
}

export function suggestionOf(item: Item): Suggestion {
  return parseItem(SuggestionShape, item);
}

/** With the time until which it is kept. */
export function keptOf(item: Item): KeptSuggestion {
  return { ...suggestionOf(item), expiresAt: Number(item.expiresAt) };
}

/** Those whose time is not over. */
export function liveIn(items: readonly Item[], nowEpochSeconds: number): readonly Item[] {
  return items.filter((item) => !isExpired(item, nowEpochSeconds));
}
