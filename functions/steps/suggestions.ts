import type { BudgetExtract } from '../domain/extract.ts';
import { FailureError, failure } from '../domain/failures.ts';
import type { BudgetId, TransactionId } from '../domain/ids.ts';
import type { JobCounts, JobWarning } from '../domain/job.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import type { Keeping, KeptSuggestion, Proposal, Suggestion } from '../domain/suggestion.ts';
import type { StepResult } from '../domain/transitions.ts';
import {
  type ProposedChanges,
  proposedChanges,
  type TransactionLookup,
  transactionsOf,
} from './proposed-changes.ts';
import type { StepContext, StepWork } from './run-step.ts';

/** The record of the budget's current snapshot. */
export interface CurrentSnapshot {
  current(budgetId: BudgetId): Promise<Snapshot | undefined>;
}

export interface ExtractReader {
  /** @throws FailureError: SNAPSHOT_MISSING when there is none, SNAPSHOT_DAMAGED when it cannot be read. */
  readExtract(key: string): Promise<BudgetExtract>;
}

interface SuggestionWriter {
  write(
    changes: Omit<ProposedChanges, 'added'>,
    fence: Fence,
  ): Promise<
    | { readonly kind: 'not_running' }
    /** `leftOut`: what somebody has decided on since it was read. */
    | { readonly kind: 'written'; readonly leftOut: readonly TransactionId[] }
  >;
}

export interface SuggestionItems extends SuggestionWriter {
  all(budgetId: BudgetId): Promise<readonly Suggestion[]>;
}

interface KeptSuggestionItems extends SuggestionWriter {
  kept(budgetId: BudgetId): Promise<readonly KeptSuggestion[]>;
}

export interface Decision {
  readonly transactionId: TransactionId;
  readonly verdict: 'approved' | 'corrected' | 'rejected';
  readonly categoryId: string;
}

interface Engine {
  /** @param request on its way: the engine learns from the extract meanwhile. */
  propose(extract: BudgetExtract, request: Promise<ProposalRequest>): Promise<Answer>;
}

export interface ProposalRequest {
  readonly decisions: readonly Decision[];
  readonly standing: readonly StandingProposal[];
  readonly wanted: (id: TransactionId) => boolean;
  readonly anew: boolean;
}

interface StandingProposal {
  readonly transactionId: TransactionId;
  readonly payee: string;
  readonly categories: Proposal['categories'];
}

interface Answer {
  readonly candidates: readonly TransactionId[];
  readonly proposals: readonly Proposal[];
  readonly warnings?: readonly JobWarning[];
  readonly counts?: JobCounts;
}

export interface SuggestionsPorts extends Keeping {
  readonly snapshots: CurrentSnapshot;
  readonly extracts: ExtractReader;
  readonly suggestions: KeptSuggestionItems;
  readonly engine: Engine;
}

/**
 * Proposes categories for what the current snapshot leaves uncategorised and writes what changed. Decided suggestions
 * stay as they are; pending ones go when their transaction is gone, has a category, or nothing is proposed any more.
 */
export function suggestionsStep(ports: SuggestionsPorts): StepWork {
  return async (context) => {
    const { budgetId } = context.record.job;
    const { extract, existing, answer } = await proposed(ports, budgetId, (read) => ({
      request: forAll(read),
    }));
    return writeAnswer(ports, context, answer, {
      existing,
      proposals: answer.proposals,
      transactionOf: transactionsOf(extract),
      reopenRejected: false,
      uncategorised: answer.candidates.length,
    });
  };
}

function forAll({ existing }: Read): ProposalRequest {
  const decided = new Set(
    existing.filter(({ status }) => status !== 'pending').map((one) => one.transactionId),
  );
  return {
    decisions: decisionsAmong(existing),
    standing: standingAmong(existing),
    wanted: (id) => !decided.has(id),
    anew: false,
  };
}

/** What a step proposes from. */
export interface Read {
  readonly extract: BudgetExtract;
  readonly existing: readonly KeptSuggestion[];
}

/**
 * Asks the engine, which learns from the extract while the suggestions are read.
 *
 * @param askedFor what there is to ask, once both are there. @throws what it throws.
 */
export async function proposed<T extends { readonly request: ProposalRequest }>(
  ports: SuggestionsPorts,
  budgetId: BudgetId,
  askedFor: (read: Read) => T,
): Promise<Read & { readonly asked: T; readonly answer: Answer }> {
  // First: it is one item, and the suggestions may be thousands.
  const opening = currentExtract(ports, budgetId);
  const reading = ports.suggestions.kept(budgetId);
  const proposing = opening.then(async (extract) => {
    const asking = reading.then((existing) => askedFor({ extract, existing }));
    const request = asking.then((asked) => asked.request);
    const answer = await ports.engine.propose(extract, request);
    return { extract, asked: await asking, answer };
  });
  const [existing, rest] = await Promise.all([reading, proposing]);
  return { ...rest, existing };
}

/** What an engine's answer is about. */
interface Asked {
  readonly existing: readonly KeptSuggestion[];
  readonly proposals: readonly Proposal[];
  readonly transactionOf: TransactionLookup;
  readonly reopenRejected: boolean;
  readonly uncategorised: number;
}

/** Writes what an engine's answer changes, and says what came of it. */
export async function writeAnswer(
  ports: SuggestionsPorts,
  { record, fence, now }: StepContext,
  { candidates, counts, warnings }: Answer,
  { uncategorised, ...asked }: Asked,
): Promise<StepResult> {
  const changes = proposedChanges({
    ...asked,
    budgetId: record.job.budgetId,
    candidates,
    keeping: ports,
    now: now(),
  });
  const { put, reopen, remove } = await writeChanges(ports, changes, fence);
  return {
    counts: {
      uncategorised,
      suggestions: asked.existing.length - remove + changes.added,
      written: put + reopen,
      removed: remove,
      ...counts,
    },
    ...(warnings === undefined ? {} : { warnings }),
  };
}

/**
 * Writes what changed, but for what somebody has decided on meanwhile.
 *
 * @returns how many of each were written.
 * @throws JobNotRunningError when the worker no longer holds the budget.
 */
export async function writeChanges(
  { suggestions }: { readonly suggestions: SuggestionWriter },
  { put, reopen, renew, remove }: Omit<ProposedChanges, 'added'>,
  fence: Fence,
): Promise<{ readonly put: number; readonly reopen: number; readonly remove: number }> {
  if (put.length + reopen.length + renew.length + remove.length === 0) {
    return { put: 0, reopen: 0, remove: 0 };
  }
  const written = await suggestions.write({ put, reopen, renew, remove }, fence);
  if (written.kind === 'not_running') throw new JobNotRunningError();
  const leftOut = new Set(written.leftOut);
  const count = (of: readonly Suggestion[]) =>
    of.filter(({ transactionId: id }) => !leftOut.has(id)).length;
  const reopened = reopen.map(({ after }) => after);
  return { put: count(put), reopen: count(reopened), remove: count(remove) };
}

/** @throws FailureError SNAPSHOT_MISSING or SNAPSHOT_DAMAGED when there is no snapshot to propose from. */
async function currentExtract(
  ports: Pick<SuggestionsPorts, 'snapshots' | 'extracts'>,
  budgetId: BudgetId,
): Promise<BudgetExtract> {
  const snapshot = await ports.snapshots.current(budgetId);
  if (snapshot === undefined) throw new FailureError(failure('SNAPSHOT_MISSING'));
  return ports.extracts.readExtract(snapshot.extractKey);
}

/** What a language model proposed and nobody has decided on. */
export function standingAmong(suggestions: readonly Suggestion[]): readonly StandingProposal[] {
  return suggestions
    .filter(({ status, proposedBy }) => status === 'pending' && proposedBy === 'model')
    .map(({ transactionId: id, transaction, proposals }) => ({
      transactionId: id,
      payee: transaction.payee,
      categories: proposals,
    }));
}

/** What was decided and not applied yet. */
export function decisionsAmong(suggestions: readonly Suggestion[]): readonly Decision[] {
  return suggestions.flatMap((suggestion) => [
    ...approvalOf(suggestion),
    ...suggestion.rejectedCategoryIds.map((categoryId) => ({
      transactionId: suggestion.transactionId,
      verdict: 'rejected' as const,
      categoryId,
    })),
  ]);
}

function approvalOf(suggestion: Suggestion): readonly Decision[] {
  const { transactionId: id, status, decision, proposals } = suggestion;
  if (status !== 'approved' || decision === null) return [];
  const { categoryId } = decision;
  const asProposed = categoryId === proposals[0].categoryId;
  return [{ transactionId: id, verdict: asProposed ? 'approved' : 'corrected', categoryId }];
}
