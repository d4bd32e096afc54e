import type { FailureCode } from './failures.ts';
import type { BudgetId, EventId, JobId, StepId, SuggestionId, Timestamp } from './ids.ts';
import type { Status } from './status.ts';

/** The entities of the data model: Job, JobStep, JobEvent. */

export const JOB_TYPES = [
  'budget_sync',
  'suggestions_generate',
  'sync_and_suggest',
  'suggestions_retry_payee',
  'suggestions_apply',
  'snapshot_create',
  'snapshot_redownload',
  'scheduled_sync_and_suggest',
] as const;
export type JobType = (typeof JOB_TYPES)[number];

export const STEP_TYPES = ['sync', 'suggestions'] as const;
export type StepType = (typeof STEP_TYPES)[number];

/** Where a job came from. */
export type Trigger = 'api' | 'schedule';

/** Counts of what a job did: numbers alone, never payees, amounts or notes. */
export interface JobCounts {
  readonly accounts?: number;
  readonly transactions?: number;
  /** Transactions that the snapshot before this one did not have. */
  readonly newTransactions?: number;
  /** Transactions without a category that a suggestion could be made for. */
  readonly uncategorised?: number;
  /** Suggestions pending or decided after the job. */
  readonly suggestions?: number;
  /** Suggestions that this job wrote, because they are new or changed. */
  readonly written?: number;
  /** Suggestions that this job removed: their transaction is gone or has a category, or their snapshot was distrusted. */
  readonly removed?: number;
  /** Suggestions that are in the budget now, those of an attempt before among them. */
  readonly applied?: number;
  /** Suggestions that were to be applied and were not: they no longer fit the budget, were decided anew, or are gone. */
  readonly notApplied?: number;
  /** Calls of a language model, those that failed among them. */
  readonly modelCalls?: number;
  /** Tokens that those calls took, as the model counts them; estimated where it does not say. */
  readonly modelTokens?: number;
}

/** Something the job could not do although it succeeded. */
export interface JobWarning {
  readonly code: string;
  readonly message: string;
  readonly count?: number;
}

/** Context of a job that is safe to show: flags, ids and counts. */
export interface JobMetadata {
  readonly trigger: Trigger;
  /** Who asked: account and role or user, never a session's name or a key. */
  readonly requestedBy?: string;
  /** How many jobs before this one tried the same. */
  readonly retryCount: number;
  /** Distrust the snapshot and download the whole budget. */
  readonly fullResync?: boolean;
  /** Run Actual's own bank sync first. */
  readonly bankSync?: boolean;
  /** The suggestion whose payee group is proposed anew. */
  readonly suggestionId?: SuggestionId;
  /** How many suggestions are to be applied; the ids themselves are the job's input. */
  readonly suggestionCount?: number;
  /** Pending suggestions at or above this confidence (0..1) are applied too. */
  readonly minConfidence?: number;
  /** Once the scheduled job has succeeded, pending suggestions at or above this confidence (0..1) are applied. */
  readonly applyAtConfidence?: number;
  readonly counts?: JobCounts;
  readonly warnings?: readonly JobWarning[];
}

/** What a job that syncs may be asked for. */
export interface SyncOptions {
  readonly fullResync?: boolean;
  readonly bankSync?: boolean;
}

/** What a schedule may ask for beside sync and proposals. */
export interface ScheduledOptions extends SyncOptions {
  readonly applyAtConfidence?: number;
}

/** What a job is to do: a union on the type, each with the options of that type alone. */
export type Work =
  | ({ readonly type: 'budget_sync' } & SyncOptions)
  | { readonly type: 'suggestions_generate' }
  | ({ readonly type: 'sync_and_suggest' } & SyncOptions)
  | { readonly type: 'suggestions_retry_payee'; readonly suggestionId: SuggestionId }
  | {
      readonly type: 'suggestions_apply';
      readonly suggestionIds?: readonly SuggestionId[];
      readonly minConfidence?: number;
    }
  | { readonly type: 'snapshot_create' }
  | { readonly type: 'snapshot_redownload' }
  | ({ readonly type: 'scheduled_sync_and_suggest' } & ScheduledOptions);

export interface Job {
  readonly id: JobId;
  readonly budgetId: BudgetId;
  readonly type: JobType;
  readonly status: Status;
  readonly createdAt: Timestamp;
  readonly startedAt: Timestamp | null;
  readonly completedAt: Timestamp | null;
  /** A sentence for the user; present exactly when the job failed. */
  readonly failureReason: string | null;
  /** The closed list's code behind `failureReason`. */
  readonly failureCode: FailureCode | null;
  /** The job out of which this one was made: the one that a re-run repeats, the scheduled one whose proposals are applied. */
  readonly parentJobId: JobId | null;
  readonly metadata: JobMetadata;
  /** Counts the changes of the job and of its steps: the place of the last one in the history. */
  readonly version: number;
}

export interface JobStep {
  readonly id: StepId;
  readonly jobId: JobId;
  readonly stepType: StepType;
  readonly status: Status;
  /** Order of execution within the job, from 1. */
  readonly position: number;
  readonly startedAt: Timestamp | null;
  readonly completedAt: Timestamp | null;
  readonly failureReason: string | null;
}

export interface JobEvent {
  readonly id: EventId;
  readonly jobId: JobId;
  /** The step whose status changed; null for the job itself. */
  readonly stepId: StepId | null;
  readonly status: Status;
  readonly message?: string;
  readonly createdAt: Timestamp;
  /** Place in the job's history, from 1 without gaps. */
  readonly version: number;
}

/** Long lists that a job works on; kept out of listings and executions. */
export interface JobInput {
  readonly suggestionIds: readonly SuggestionId[];
}

/** A job with its steps in ascending position. */
export interface JobRecord {
  readonly job: Job;
  readonly steps: readonly JobStep[];
}

/** A job with its steps, and with the long lists that it works on where it has some. */
export interface WholeJob extends JobRecord {
  readonly input?: JobInput;
}

/** A job with all that happened to it, oldest first. */
export interface JobHistory {
  readonly job: Job;
  readonly events: readonly JobEvent[];
}

/** The types that run as two steps: sync, then suggestions. */
const STEPS: Readonly<Partial<Record<JobType, readonly StepType[]>>> = {
  sync_and_suggest: ['sync', 'suggestions'],
  scheduled_sync_and_suggest: ['sync', 'suggestions'],
};

/** The steps of a job of this type, in order; none for the types that do one thing. */
export function stepTypesOf(type: JobType): readonly StepType[] {
  return STEPS[type] ?? [];
}
