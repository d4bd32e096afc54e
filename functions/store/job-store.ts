import {
  type BudgetId,
  type ExecutionId,
  epochSecondsOf,
  type JobId,
  type Timestamp,
} from '../domain/ids.ts';
import type { JobInput, JobRecord, WholeJob } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import type { Fence, RunningJob, WorkerEnd } from '../domain/running.ts';
import { listEnded } from './ended-listing.ts';
import { cancelCommand, settleCommand, settleKeepingLockCommand } from './ending-commands.ts';
import { StoreError } from './errors.ts';
import {
  beginSendingCommand,
  beginStepCommand,
  claimCommand,
  createCommand,
  type JobCreation,
  type Repetition,
  repeatCommand,
  writeStepCommand,
} from './job-commands.ts';
import { type JobFilter, type JobPage, listJobs, type PageRequest } from './job-listing.ts';
import { readJob, readWithInput, requireNothingAt } from './job-reads.ts';
import { type Expiry, expiryAfter, inputOf, rerunOf } from './job-rows.ts';
import { inputKey, jobKey, type Key, requestKey, rerunKey } from './keys.ts';
import { dropPlaceCommand, moveLockCommand, releaseLockCommand } from './line-commands.ts';
import { type LineHead, lookAtLine } from './line-reads.ts';
import { answerTo, putRequest, type Replay, type RequestRecord } from './requests.ts';
import { type Item, isExpired } from './rows.ts';
import { type Refusal, Table, type TableOptions, type Written } from './table.ts';
import type { WriteContext } from './writing.ts';

export type CreateOutcome = { readonly kind: 'created' } | Replay;

export interface JobStoreOptions extends TableOptions {
  readonly now: () => Timestamp;
  /** Needed by those who write; kept items live this long. */
  readonly retentionDays?: number;
}

const DEFAULT_RETENTION_DAYS = 30;

/** Jobs with their steps, events, lines and locks, in DynamoDB. What happened to them is read apart. */
export class JobStore {
  private readonly table: Table;
  private readonly now: () => Timestamp;
  private readonly expiry: Expiry;

  constructor(options: JobStoreOptions) {
    this.table = new Table(options);
    this.now = options.now;
    this.expiry = expiryAfter(options.retentionDays ?? DEFAULT_RETENTION_DAYS);
  }

  /** Writes a new job with all that belongs to it, unless the same request made one before. */
  async create(creation: JobCreation): Promise<CreateOutcome> {
    const transacted = await this.table.transact(createCommand(creation, this.context()));
    if (transacted.kind === 'written') return { kind: 'created' };
    const replay = replayIn(creation, transacted.refusals);
    if (replay === undefined) throw new StoreError('A new job met items of its own id.');
    return replay;
  }

  /** The same for a job that repeats another one; 'overtaken' when that one is repeated by another job by now. */
  async repeat(
    creation: JobCreation,
    repetition: Repetition,
  ): Promise<CreateOutcome | { readonly kind: 'overtaken' }> {
    const command = repeatCommand(creation, repetition, this.context());
    const transacted = await this.table.transact(command);
    if (transacted.kind === 'written') return { kind: 'created' };
    return replayIn(creation, transacted.refusals) ?? { kind: 'overtaken' };
  }

  /** What a request was answered with before; undefined for a new one. */
  async answered(request: RequestRecord): Promise<Replay | undefined> {
    const item = await this.item(requestKey(request.key));
    return item === undefined ? undefined : answerTo(request, item);
  }

  /** Answers a request with a job that is there already, unless it was answered before. */
  async answer(request: RequestRecord, jobId: JobId): Promise<Replay> {
    const transacted = await this.table.transact([putRequest(request, jobId, this.context())]);
    const found = transacted.kind === 'written' ? undefined : transacted.refusals[0]?.found;
    return found === undefined ? { kind: 'replayed', jobId } : answerTo(request, found);
  }

  /** The job that repeats this one; undefined when none does. */
  async rerun(jobId: JobId): Promise<JobId | undefined> {
    const item = await this.item(rerunKey(jobId));
    return item === undefined ? undefined : rerunOf(item);
  }

  /**
   * A job with its steps as last written; undefined when there is none or its time is over.
   *
   * @throws StoreUnavailableError when a part of what was written is not seen yet, at a second look either.
   */
  get(jobId: JobId): Promise<JobRecord | undefined> {
    return readJob(this.table, jobId, this.nowSeconds());
  }

  /** The same with the lists that the job works on, in one read: they may be long, so only who shows them asks for them. */
  whole(jobId: JobId): Promise<WholeJob | undefined> {
    return readWithInput(this.table, jobId, this.nowSeconds());
  }

  /**
   * Makes sure that a job that was not found is gone, or that its time is over.
   *
   * @throws StoreUnavailableError when it is there: it is being written, and will be seen.
   */
  async requireGone(jobId: JobId): Promise<void> {
    await requireNothingAt(this.table, jobKey(jobId), this.nowSeconds());
  }

  /** The jobs that ended between two times, both included, in that order. Eventually consistent. */
  endedBetween(from: Timestamp, to: Timestamp): Promise<readonly JobId[]> {
    return listEnded(this.table, { from, to }, this.nowSeconds());
  }

  /**
   * The long lists that a job works on which has some; undefined when their time is over.
   *
   * @throws StoreUnavailableError when they are there, and not seen yet.
   */
  async input(jobId: JobId): Promise<JobInput | undefined> {
    const key = inputKey(jobId);
    const item = await this.item(key);
    if (item === undefined) await requireNothingAt(this.table, key, this.nowSeconds());
    return item && inputOf(item);
  }

  /** @throws InvalidCursorError when the cursor is not one of this listing. */
  list(filter: JobFilter, page: PageRequest): Promise<JobPage> {
    return listJobs(this.table, filter, page, this.nowSeconds());
  }

  /** The budget's lock, or where there is none the job that is first in its line. */
  look(budgetId: BudgetId): Promise<LineHead> {
    return lookAtLine(this.table, budgetId);
  }

  /** Removes the place of a job that is gone or no longer queued; that of any other stays. */
  async dropPlaceInLine(budgetId: BudgetId, jobId: JobId): Promise<void> {
    await this.table.write(dropPlaceCommand(budgetId, jobId, this.context()));
  }

  /** Removes the lock of a job that is gone or has ended, unless it names another by now or a worker may be sending. */
  async releaseLock(running: RunningJob): Promise<void> {
    await this.table.write([{ Delete: releaseLockCommand(this.table.name, running, this.now()) }]);
  }

  /** The lock is for another execution of its job, unless it names others by now or a worker may be sending. */
  async moveLock(running: RunningJob, executionId: ExecutionId): Promise<void> {
    const { name } = this.table;
    await this.table.write([{ Put: moveLockCommand(name, running, executionId, this.now()) }]);
  }

  /** The job leaves the line and takes its budget's lock; 'conflict' when another was faster. */
  claim(change: JobChange, running: RunningJob): Promise<Written> {
    return this.table.write(claimCommand(change, running, this.context()));
  }

  /** The worker takes the step; 'conflict' when the lock names another job or execution, 'changed' when the job alone is not as read. */
  async beginStep(
    change: JobChange,
    fence: Fence,
    workerUntil: Timestamp,
  ): Promise<Written | 'changed'> {
    const command = beginStepCommand(change, fence, workerUntil, this.context());
    const transacted = await this.table.transact(command);
    if (transacted.kind === 'written') return 'written';
    return transacted.refusals.some(({ index }) => index === 0) ? 'conflict' : 'changed';
  }

  /** A change by the worker; 'conflict' when the lock names another. */
  writeStep(change: JobChange, fence: Fence): Promise<Written> {
    return this.table.write(writeStepCommand(change, fence, this.context()));
  }

  /** The worker is about to change the budget on its server; 'conflict' when the lock names another. */
  beginSending(fence: Fence): Promise<Written> {
    return this.table.write([beginSendingCommand(fence, this.table.name)]);
  }

  /**
   * The job ends, and `next` is put in line with it; 'conflict' when the job changed since it was read. The budget's lock
   * goes with it, unless a worker may be changing the budget still: then it stays, for a later look to release.
   */
  async settle(change: JobChange, worker: WorkerEnd, next?: JobChange): Promise<Written> {
    const settlement = { change, next };
    const context = this.context();
    const transacted = await this.table.transact(settleCommand(settlement, worker, context));
    if (transacted.kind === 'written') return 'written';
    return isHeld(change, transacted.refusals)
      ? this.table.write(settleKeepingLockCommand(settlement, context))
      : 'conflict';
  }

  /**
   * The job is called off. 'sending' when a running one has begun to change its budget: too late; 'conflict' when the job
   * changed since it was read.
   */
  async cancel(change: JobChange): Promise<Written | 'sending'> {
    const transacted = await this.table.transact(cancelCommand(change, this.context()));
    if (transacted.kind === 'written') return 'written';
    return isHeld(change, transacted.refusals) ? 'sending' : 'conflict';
  }

  /** One item that has not expired. */
  private async item(key: Key): Promise<Item | undefined> {
    const item = await this.table.one(key);
    return item === undefined || isExpired(item, this.nowSeconds()) ? undefined : item;
  }

  private nowSeconds(): number {
    return epochSecondsOf(this.now());
  }

  private context(): WriteContext {
    const time = this.now();
    const now = epochSecondsOf(time);
    return { tableName: this.table.name, expiry: this.expiry, now, time };
  }
}

/** The request's record is the first item of a creation. */
function replayIn({ request }: JobCreation, refusals: readonly Refusal[]): Replay | undefined {
  const refusal = refusals.find(({ index }) => index === 0);
  return request === undefined || refusal?.found === undefined
    ? undefined
    : answerTo(request, refusal.found);
}

/** Whether nothing stood in the way of a job's end but its own lock, which is the first item. */
function isHeld({ record: { job } }: JobChange, refusals: readonly Refusal[]): boolean {
  const [refusal, ...others] = refusals;
  return others.length === 0 && refusal?.index === 0 && refusal.found?.jobId === job.id;
}
