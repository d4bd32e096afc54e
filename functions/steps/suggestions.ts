import type { BudgetExtract } from '../domain/extract.ts';
import { FailureError, failure, JobNotRunningError } from '../domain/failures.ts';
import {
  type BudgetId,
  suggestionId,
  type Timestamp,
  type TransactionId,
  transactionId,
} from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Proposal, SuggestedTransaction, Suggestion } from '../domain/suggestion.ts';
import type { StepWork } from './run-step.ts';

/** The record of the budget's current snapshot. */
export interface CurrentSnapshot {
  current(budgetId: BudgetId): Promise<Snapshot | undefined>;
}

export interface ExtractReader {
  /** @throws FailureError: SNAPSHOT_MISSING when there is none, SNAPSHOT_DAMAGED when it cannot be read. */
  readExtract(key: string): Promise<BudgetExtract>;
}

export interface SuggestionItems {
  all(budgetId: BudgetId): Promise<readonly Suggestion[]>;
  write(
    changes: { readonly put: readonly Suggestion[]; readonly remove: readonly Suggestion[] },
    fence: Fence,
  ): Promise<{ readonly kind: 'written' | 'not_running' }>;
}

interface Decision {
  readonly transactionId: TransactionId;
  readonly verdict: 'approved' | 'rejected';
  readonly categoryId: string;
}

interface Engine {
  propose(request: {
    readonly extract: BudgetExtract;
    readonly decisions: readonly Decision[];
  }): Answer | Promise<Answer>;
}

interface Answer {
  readonly candidates: readonly TransactionId[];
  readonly proposals: readonly Proposal[];
}

export interface SuggestionsPorts {
  readonly snapshots: CurrentSnapshot;
  readonly extracts: ExtractReader;
  readonly suggestions: SuggestionItems;
  readonly engine: Engine;
}

/** Pending suggestions expire: one that still holds is written again after this many days. */
const REFRESH_DAYS = 30;

/**
 * Proposes categories for what the current snapshot leaves uncategorised and writes what changed. Decided suggestions
 * stay as they are; pending ones go when their transaction is gone, has a category, or nothing is proposed any more.
 */
export function suggestionsStep(ports: SuggestionsPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { budgetId } = record.job;
    const [extract, existing] = await Promise.all([
      currentExtract(ports, budgetId),
      ports.suggestions.all(budgetId),
    ]);
    const answer = await ports.engine.propose({ extract, decisions: decisionsAmong(existing) });
    const changes = changesFor(budgetId, existing, answer.proposals, extract, now());
    if (changes.put.length + changes.remove.length > 0) {
      const { kind } = await ports.suggestions.write(changes, fence);
      if (kind === 'not_running') throw new JobNotRunningError();
    }
    return {
      counts: {
        uncategorised: answer.candidates.length,
        suggestions: existing.length - changes.remove.length + changes.added,
        written: changes.put.length,
        removed: changes.remove.length,
      },
    };
  };
}

async function currentExtract(ports: SuggestionsPorts, budgetId: BudgetId): Promise<BudgetExtract> {
  const snapshot = await ports.snapshots.current(budgetId);
  if (snapshot === undefined) throw new FailureError(failure('SNAPSHOT_MISSING'));
  return ports.extracts.readExtract(snapshot.extractKey);
}

/** What was decided and not applied yet. */
function decisionsAmong(suggestions: readonly Suggestion[]): readonly Decision[] {
  return suggestions.flatMap(({ transactionId: id, status, decision, rejectedCategoryIds }) => [
    ...(status === 'approved' && decision !== null
      ? [{ transactionId: id, verdict: status, categoryId: decision.categoryId }]
      : []),
    ...rejectedCategoryIds.map((categoryId) => ({
      transactionId: id,
      verdict: 'rejected' as const,
      categoryId,
    })),
  ]);
}

interface Changes {
  readonly put: readonly Suggestion[];
  readonly remove: readonly Suggestion[];
  /** How many of `put` are for transactions that had no suggestion. */
  readonly added: number;
}

function changesFor(
  budgetId: BudgetId,
  existing: readonly Suggestion[],
  proposals: readonly Proposal[],
  extract: BudgetExtract,
  now: Timestamp,
): Changes {
  const before = new Map(existing.map((suggestion) => [suggestion.transactionId, suggestion]));
  const transactionOf = transactionsOf(extract);
  const proposed = new Set<TransactionId>();
  const put: Suggestion[] = [];
  let added = 0;
  for (const proposal of proposals) {
    const { transactionId: id } = proposal;
    const transaction = transactionOf(id);
    if (transaction === undefined) continue;
    proposed.add(id);
    const old = before.get(id);
    if (old !== undefined && old.status !== 'pending') continue;
    const next = suggestionOf(budgetId, proposal, transaction, old, now);
    if (old !== undefined && next.revision === old.revision && !isStale(old, next)) continue;
    if (old === undefined) added++;
    put.push(next);
  }
  const remove = existing.filter(
    ({ status, transactionId: id }) => status === 'pending' && !proposed.has(id),
  );
  return { put, remove, added };
}

/** The suggestion as it is to be: of a higher revision when it says anything else than the old one. */
function suggestionOf(
  budgetId: BudgetId,
  proposal: Proposal,
  transaction: SuggestedTransaction,
  old: Suggestion | undefined,
  now: Timestamp,
): Suggestion {
  const [first, ...others] = proposal.categories;
  const said = {
    proposals: [rounded(first), ...others.map(rounded)] as const,
    reason: proposal.reason,
    payeeName: proposal.payeeName ?? null,
  };
  const revision = old === undefined ? 1 : saysTheSame(old, said) ? old.revision : old.revision + 1;
  return {
    id: suggestionId(proposal.transactionId, revision),
    budgetId,
    transactionId: proposal.transactionId,
    revision,
    status: 'pending',
    transaction,
    ...said,
    decision: null,
    rejectedCategoryIds: old?.rejectedCategoryIds ?? [],
    lastOutcome: null,
    appliedBy: null,
    createdAt: old?.createdAt ?? now,
    updatedAt: now,
  };
}

type Said = Pick<Suggestion, 'proposals' | 'reason' | 'payeeName'>;

function saysTheSame(one: Said, other: Said): boolean {
  return (
    one.reason === other.reason &&
    one.payeeName === other.payeeName &&
    one.proposals.length === other.proposals.length &&
    one.proposals.every((proposal, index) => {
      const beside = other.proposals[index];
      return (
        proposal.categoryId === beside?.categoryId &&
        proposal.categoryName === beside.categoryName &&
        proposal.confidence === beside.confidence
      );
    })
  );
}

/** Whether an unchanged proposal is written all the same: it would expire, or its transaction reads otherwise now. */
function isStale(old: Suggestion, next: Suggestion): boolean {
  const days = (Date.parse(next.updatedAt) - Date.parse(old.updatedAt)) / 86_400_000;
  const { date, accountName, payee, amount } = old.transaction;
  return (
    days >= REFRESH_DAYS ||
    date !== next.transaction.date ||
    accountName !== next.transaction.accountName ||
    payee !== next.transaction.payee ||
    amount !== next.transaction.amount
  );
}

function rounded(proposal: Proposal['categories'][number]): Proposal['categories'][number] {
  return { ...proposal, confidence: Math.round(proposal.confidence * 100) / 100 };
}

/** Finds transactions of the extract by id, as users know them. */
function transactionsOf({
  transactions,
  payees,
  accounts,
}: BudgetExtract): (id: TransactionId) => SuggestedTransaction | undefined {
  const places = new Map(transactions.id.map((id, index) => [transactionId(id), index]));
  return (id) => {
    const index = places.get(id);
    if (index === undefined) return undefined;
    const date = String(transactions.date[index] ?? 0).padStart(8, '0');
    const payee = payees[transactions.payee[index] ?? -1]?.name ?? '';
    return {
      date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
      accountName: accounts[transactions.account[index] ?? -1]?.name ?? '',
      payee: payee === '' ? (transactions.importedPayee[index] ?? '') : payee,
      amount: transactions.amount[index] ?? 0,
    };
  };
}
