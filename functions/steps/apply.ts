import {
  asDecidedNow,
  type TransactionUpdate,
  type Verdict,
  verdicts,
} from '../domain/applying.ts';
import type { BudgetExtract } from '../domain/extract.ts';
import { FailureError, failure } from '../domain/failures.ts';
import type { BudgetId, JobId } from '../domain/ids.ts';
import type { JobInput, JobRecord } from '../domain/job.ts';
import { REPLACED } from '../domain/refusals.ts';
import { reviewed } from '../domain/review.ts';
import type { Fence, RunningJob } from '../domain/running.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import type { Suggestion, SuggestionChange } from '../domain/suggestion.ts';
import { chooseSuggestions } from './apply-choice.ts';
import { lineage } from './apply-lineage.ts';
import {
  appliedIn,
  type OutcomeWriter,
  outcomesOf,
  recorded,
  updatesIn,
  warningsFor,
} from './apply-outcomes.ts';
import {
  type FetchedBudget,
  type OpenRequest,
  openFrom,
  replaceCurrent,
  type SnapshotPorts,
} from './current-snapshot.ts';
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
  } & OutcomeWriter;
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
    const { toApply, done, gone, isNamed, isRepeat } = await chosen(ports, record);
    const replaced = gone === 0 ? [] : [{ ...REPLACED, count: gone }];
    if (toApply.length === 0) {
      const counts = { applied: done.length, notApplied: gone };
      return gone === 0 ? { counts } : { counts, warnings: replaced };
    }

    const previous = await ports.snapshots.current(budgetId);
    const request = await openFrom(ports, budgetId, previous, true);
    let judged: readonly Verdict[] = [];
    let mayBeSent = isRepeat;
    const fetched = await ports.budgets.edit(request, async (extract) => {
      judged = verdicts(extract, toApply).filter((verdict) => isNamed || !wasNeverSent(verdict));
      if (!mayBeSent && judged.some(({ kind }) => kind === 'done')) {
        mayBeSent = await isSending(ports, budgetId);
      }
      if (updatesIn(judged).length > 0) {
        if ((await ports.jobs.beginSending(fence)) === 'conflict') throw new JobNotRunningError();
        const approved = await approvedFirst(ports, judged, context);
        judged = asDecidedNow(approved, await ports.suggestions.all(budgetId));
      }
      return updatesIn(judged);
    });
    const snapshot = await replaceCurrent(ports, { fetched, previous, fence, takenAt: now() });
    const outcomes = await recorded(
      ports.suggestions,
      outcomesOf(judged, fetched.extract, mayBeSent, context),
      fence,
    );
    return {
      counts: {
        ...snapshot.counts,
        applied: done.length + appliedIn(outcomes).length,
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
  const isSent = isAsked && (await isSending(ports, job.budgetId));
  const since = isSent ? (job.startedAt ?? job.createdAt) : sentSince;
  const choice = chooseSuggestions(existing, {
    ids,
    minConfidence: job.metadata.minConfidence,
    ownJobs,
    sentSince: since,
  });
  if (choice.kind === 'refused') throw new FailureError(failure('APPLY_REJECTED', choice.detail));
  return { ...choice, isNamed: input !== undefined, isRepeat: since !== undefined };
}

/** Whether a worker of the job has begun to send. */
async function isSending({ jobs }: ApplyPorts, budgetId: BudgetId): Promise<boolean> {
  const { running } = await jobs.look(budgetId);
  return running?.sending === true;
}

/** Nobody asked for what is rejected, but where its category is in the budget, it was sent before it was. */
function wasNeverSent({ kind, suggestion }: Verdict): boolean {
  return suggestion.status === 'rejected' && kind !== 'done';
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
