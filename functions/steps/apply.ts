import {
  asDecidedNow,
  confirmed,
  type TransactionUpdate,
  type Verdict,
  verdicts,
} from '../domain/applying.ts';
import type { BudgetExtract } from '../domain/extract.ts';
import { FailureError, failure } from '../domain/failures.ts';
import { type BudgetId, type JobId, latest, timeAfter } from '../domain/ids.ts';
import type { JobInput, JobRecord, JobWarning } from '../domain/job.ts';
import {
  APPROVE_ANEW,
  PAYEE_KEPT,
  REFUSALS,
  REPLACED,
  type RefusalCode,
} from '../domain/refusals.ts';
import { reviewed } from '../domain/review.ts';
import type { Fence, RunningJob } from '../domain/running.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import type { Suggestion, SuggestionChange } from '../domain/suggestion.ts';
import { chooseSuggestions } from './apply-choice.ts';
import { lineage } from './apply-lineage.ts';
import {
  type FetchedBudget,
  type OpenRequest,
  openFrom,
  replaceCurrent,
  type SnapshotPorts,
} from './current-snapshot.ts';
import { transactionsOf } from './proposed-changes.ts';
import type { StepContext, StepWork } from './run-step.ts';

/** Decides on what to change once the budget is up to date; called right before the changes are made. */
export type EditPlan = (extract: BudgetExtract) => Promise<readonly TransactionUpdate[]>;

export interface BudgetEditor {
  /**
   * Brings the budget up to date, makes the planned changes in one go, and sends them to the server.
   *
   * @returns the budget as it stands on the server afterwards.
   * @throws FailureError with what went wrong, or what `plan` throws.
   */
  edit(request: OpenRequest, plan: EditPlan): Promise<FetchedBudget>;
}

export interface ApplyPorts extends SnapshotPorts {
  readonly budgets: BudgetEditor;
  readonly jobs: {
    get(jobId: JobId): Promise<JobRecord | undefined>;
    input(jobId: JobId): Promise<JobInput | undefined>;
    /** From here on the job cannot be canceled; 'conflict' when the worker no longer holds the budget. */
    beginSending(fence: Fence): Promise<'written' | 'conflict'>;
    /** The budget's lock, which says whether a worker of the job has begun to send. */
    look(budgetId: BudgetId): Promise<{ readonly running?: Pick<RunningJob, 'sending'> }>;
  };
  readonly suggestions: {
    all(budgetId: BudgetId): Promise<readonly Suggestion[]>;
    /** Pending ones as approved; one that was decided meanwhile keeps that decision. */
    approve(
      approvals: readonly SuggestionChange[],
      fence: Fence,
    ): Promise<{ readonly kind: 'written' | 'not_running' }>;
    /** Each as it is after the apply; one that was decided anew meanwhile keeps that decision unless it is applied. */
    recordOutcomes(
      outcomes: Outcomes,
      fence: Fence,
    ): Promise<{ readonly kind: 'written' | 'not_running' }>;
  };
}

/**
 * Writes suggestions into the budget: all are checked against the budget as it is now, those that fit, and that nobody has
 * decided on otherwise since, are written in one batch, sent, and read back. Run again after it was interrupted, it ends as if it had gone through once: what is
 * about to be sent counts as approved, so that no job in between takes it for done with, and it is marked last.
 */
export function applyStep(ports: ApplyPorts): StepWork {
  return async (context) => {
    const { record, fence, now } = context;
    const { budgetId } = record.job;
    const { toApply, done, gone, isNamed } = await chosen(ports, record);
    const replaced = gone === 0 ? [] : [{ ...REPLACED, count: gone }];
    if (toApply.length === 0) {
      const counts = { applied: done.length, notApplied: gone };
      return gone === 0 ? { counts } : { counts, warnings: replaced };
    }

    const previous = await ports.snapshots.current(budgetId);
    const request = await openFrom(ports, budgetId, previous, true);
    let judged: readonly Verdict[] = [];
    const fetched = await ports.budgets.edit(request, async (extract) => {
      judged = verdicts(extract, toApply).filter((verdict) => isNamed || !wasNeverSent(verdict));
      if (updatesIn(judged).length > 0) {
        if ((await ports.jobs.beginSending(fence)) === 'conflict') throw new JobNotRunningError();
        const approved = await approvedFirst(ports, judged, context);
        judged = asDecidedNow(approved, await ports.suggestions.all(budgetId));
      }
      return updatesIn(judged);
    });
    const snapshot = await replaceCurrent(ports, { fetched, previous, fence, takenAt: now() });
    const outcomes = outcomesOf(judged, fetched.extract, context);
    const { kind } = await ports.suggestions.recordOutcomes(outcomes, fence);
    if (kind === 'not_running') throw new JobNotRunningError();
    return {
      counts: {
        ...snapshot.counts,
        applied: done.length + outcomes.applied.length,
        notApplied: outcomes.refused.length + gone,
      },
      warnings: [...replaced, ...warningsFor(judged, outcomes)],
    };
  };
}

/** @throws FailureError APPLY_REJECTED naming the suggestions that cannot be applied at all. */
async function chosen(ports: ApplyPorts, { job }: JobRecord) {
  const [existing, input] = await Promise.all([
    ports.suggestions.all(job.budgetId),
    job.metadata.suggestionCount === undefined ? undefined : ports.jobs.input(job.id),
  ]);
  if (job.metadata.suggestionCount !== undefined && input === undefined) {
    throw new FailureError(
      failure('APPLY_REJECTED', 'The list of suggestions is not kept any more.'),
    );
  }
  const { ownJobs, sentSince } = await lineage(ports.jobs, job);
  const ids = input?.suggestionIds;
  const there = new Set(existing.map(({ id }) => id));
  // Only what was rejected or is gone may be chosen otherwise once the job has begun to send: it holds the budget, but suggestions expire.
  const isChanged =
    existing.some(({ status }) => status === 'rejected') || ids?.some((id) => !there.has(id));
  const isAsked = sentSince === undefined && isChanged;
  const { running } = isAsked ? await ports.jobs.look(job.budgetId) : {};
  const choice = chooseSuggestions(existing, {
    ids,
    minConfidence: job.metadata.minConfidence,
    ownJobs,
    sentSince: running?.sending === true ? (job.startedAt ?? job.createdAt) : sentSince,
  });
  if (choice.kind === 'refused') throw new FailureError(failure('APPLY_REJECTED', choice.detail));
  return { ...choice, isNamed: input !== undefined };
}

/** Nobody asked for what is rejected, but where its category is in the budget, it was sent before it was. */
function wasNeverSent({ kind, suggestion }: Verdict): boolean {
  return suggestion.status === 'rejected' && kind !== 'done';
}

function updatesIn(judged: readonly Verdict[]): readonly TransactionUpdate[] {
  return judged.flatMap((verdict) => (verdict.kind === 'write' ? [verdict.update] : []));
}

/** Approves what is about to be sent and nobody has decided on: to have it applied is to approve it. */
async function approvedFirst(
  { suggestions }: ApplyPorts,
  judged: readonly Verdict[],
  { record, fence, now }: StepContext,
): Promise<readonly Verdict[]> {
  const { requestedBy, trigger } = record.job.metadata;
  const by = { now: now(), by: requestedBy ?? trigger };
  const approvals: SuggestionChange[] = [];
  const approved = judged.map((verdict): Verdict => {
    const { kind, suggestion: before } = verdict;
    if (kind !== 'write' || before.status !== 'pending') return verdict;
    const after = reviewed(before, { status: 'approved' }, by);
    if (after === null) return verdict;
    approvals.push({ before, after });
    return { ...verdict, suggestion: after };
  });
  if (approvals.length > 0) {
    const { kind } = await suggestions.approve(approvals, fence);
    if (kind === 'not_running') throw new JobNotRunningError();
  }
  return approved;
}

interface Outcomes {
  readonly applied: readonly Suggestion[];
  readonly refused: readonly SuggestionChange[];
}

function outcomesOf(
  judged: readonly Verdict[],
  extract: BudgetExtract,
  { record, now }: StepContext,
): Outcomes {
  const at = now();
  const shown = confirmed(extract, updatesIn(judged));
  const transactionOf = transactionsOf(extract);
  const applied: Suggestion[] = [];
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
      applied.push({
        ...suggestion,
        status: 'applied',
        appliedBy,
        lastOutcome: null,
        updatedAt: timeAfter(suggestion.updatedAt, at),
      });
    }
  }
  return { applied, refused };
}

function warningsFor(
  judged: readonly Verdict[],
  { applied, refused }: Outcomes,
): readonly JobWarning[] {
  const counts = new Map<RefusalCode, number>();
  for (const { after } of refused) {
    const code = after.lastOutcome?.code;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const shown = new Set(applied.map(({ transactionId }) => transactionId));
  const keeping = judged.filter((verdict) => verdict.kind !== 'refused' && verdict.payeeKept);
  const kept = keeping.filter(({ suggestion }) => shown.has(suggestion.transactionId)).length;
  return [
    ...[...counts].map(([code, count]) => ({ code, message: REFUSALS[code], count })),
    ...(kept === 0 ? [] : [{ ...PAYEE_KEPT, count: kept }]),
  ];
}
