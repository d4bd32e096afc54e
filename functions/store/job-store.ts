import {
  type BudgetId,
  daysAfter,
  type ExecutionId,
  type JobId,
  type Timestamp,
} from '../domain/ids.ts';
import type { JobHistory, JobInput, JobRecord, WholeJob } from '../domain/job.ts';
import type { Fence, RunningJob, WorkerEnd } from '../domain/running.ts';
import { isTerminal } from '../domain/status.ts';
import type { JobChange } from '../domain/transitions.ts';
import { INDEX, SORT_KEY } from '../names.ts';
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
import {
  type Expiry,
  endedJobOf,
  eventOf,
  expiryAfter,
  inputOf,
  jobOf,
  rerunOf,
  stepOf,
} from './job-rows.ts';
import {
  budgetPartition,
  EVENT_PREFIX,
  endSortKey,
  endsPartitions,
  inputKey,
  JOB_SORT_KEY,
  jobPartition,
  type Key,
  OPEN_WORK_PARTITIONS,
  requestKey,
  retryKey,
  STEP_PREFIX,
} from './keys.ts';
import { dropPlaceCommand, moveLockCommand, releaseLockCommand } from './line-commands.ts';
import { openBudgetOf, queuedJobOf, runningOf, waitingJobOf } from './line-rows.ts';
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

/** Jobs with their steps, events, lines and locks, in DynamoDB. */
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
    const item = await this.item(retryKey(jobId));
    return item === undefined ? undefined : rerunOf(item);
  }

  /** A job with its steps as last written; undefined when there is none or its time is over. */
  get(jobId: JobId): Promise<JobRecord | undefined> {
    return readWhole(
      async () => this.recordIn(await this.jobItems(jobId, JOB_SORT_KEY)),
      endedWithItsSteps,
    );
  }

  /** The same with the lists that the job works on, in one read: they may be long, so only who shows them asks for them. */
  whole(jobId: JobId): Promise<WholeJob | undefined> {
    return readWhole(() => this.withInput(jobId), endedWithItsSteps);
  }

  private async withInput(jobId: JobId): Promise<WholeJob | undefined> {
    // An input sorts right before its job.
    const from = inputKey(jobId).SK;
    const items = await this.jobItems(jobId, from);
    const [first, ...rest] = items;
    if (first?.SK !== from) return this.recordIn(items);
    const record = this.recordIn(rest);
    return record && { ...record, input: inputOf(first) };
  }

  /** A job and all that happened to it; undefined when there is none or its time is over. */
  history(jobId: JobId): Promise<JobHistory | undefined> {
    return readWhole(
      () => this.eventsUpTo(jobId),
      ({ job, events }) => events.length >= job.version,
    );
  }

  private async eventsUpTo(jobId: JobId): Promise<JobHistory | undefined> {
    // Events sort before the job, so one range has both.
    const items = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :events AND :job',
      ExpressionAttributeValues: {
        ':pk': jobPartition(jobId),
        ':events': EVENT_PREFIX,
        ':job': JOB_SORT_KEY,
      },
      ConsistentRead: true,
    });
    const last = items.at(-1);
    if (last?.SK !== JOB_SORT_KEY || isExpired(last, this.nowSeconds())) return undefined;
    const events = items.filter(({ SK }) => String(SK).startsWith(EVENT_PREFIX));
    return { job: jobOf(last), events: events.map(eventOf) };
  }

  /** The jobs that ended between two times, both included, in that order. Eventually consistent. */
  async endedBetween(from: Timestamp, to: Timestamp): Promise<readonly JobId[]> {
    const ended = await Promise.all(
      partitionsOfEnds(from, to).map((partition) =>
        this.table.all({
          KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': partition,
            ':from': endSortKey(from),
            ':to': `${endSortKey(to)}~`,
          },
        }),
      ),
    );
    return ended
      .flat()
      .filter((item) => !isExpired(item, this.nowSeconds()))
      .sort((one, other) => (String(one.SK) < String(other.SK) ? -1 : 1))
      .map(endedJobOf);
  }

  /** The long lists that the job works on. */
  async input(jobId: JobId): Promise<JobInput | undefined> {
    const item = await this.item(inputKey(jobId));
    return item === undefined ? undefined : inputOf(item);
  }

  /** @throws InvalidCursorError when the cursor is not one of this listing. */
  list(filter: JobFilter, page: PageRequest): Promise<JobPage> {
    return listJobs(this.table, filter, page, this.nowSeconds());
  }

  /** The budget's lock, and the job that is first in its line. */
  async look(
    budgetId: BudgetId,
  ): Promise<{ readonly running?: RunningJob; readonly next?: JobId }> {
    // RUNNING sorts behind every place in line, so the two ends of one range are all there is to read.
    const range = {
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :queue AND :running',
      ExpressionAttributeValues: {
        ':pk': budgetPartition(budgetId),
        ':queue': SORT_KEY.queuePrefix,
        ':running': SORT_KEY.running,
      },
      ConsistentRead: true,
      Limit: 1,
    };
    const { items: last } = await this.table.page({ ...range, ScanIndexForward: false });
    const [end] = last;
    if (end === undefined) return {};
    if (end.SK === SORT_KEY.running) return { running: runningOf(end) };
    const { items: first } = await this.table.page(range);
    const [head] = first;
    return head === undefined || head.SK === SORT_KEY.running ? {} : { next: queuedJobOf(head) };
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

  /** The worker takes the step; 'conflict' when the lock names another job or execution, or the job changed. */
  beginStep(change: JobChange, fence: Fence, workerUntil: Timestamp): Promise<Written> {
    return this.table.write(beginStepCommand(change, fence, workerUntil, this.context()));
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

  /** Every budget that has a job running or in line, each once, and all jobs in line. Eventually consistent. */
  async openWork(): Promise<{
    readonly budgets: readonly BudgetId[];
    readonly waiting: readonly JobId[];
  }> {
    const partitions = await Promise.all(
      OPEN_WORK_PARTITIONS.map((partition) =>
        this.table.all({
          IndexName: INDEX.openWork.name,
          KeyConditionExpression: '#key = :key',
          ExpressionAttributeNames: { '#key': INDEX.openWork.partitionKey },
          ExpressionAttributeValues: { ':key': partition },
        }),
      ),
    );
    const items = partitions.flat();
    const waiting = items.filter(({ SK }) => String(SK).startsWith(SORT_KEY.queuePrefix));
    return {
      budgets: [...new Set(items.map(openBudgetOf))],
      waiting: waiting.map(waitingJobOf),
    };
  }

  /** A job's items from this sort key on, up to its steps. */
  private jobItems(jobId: JobId, from: string): Promise<readonly Item[]> {
    return this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :steps',
      ExpressionAttributeValues: {
        ':pk': jobPartition(jobId),
        ':from': from,
        ':steps': `${STEP_PREFIX}~`,
      },
      ConsistentRead: true,
    });
  }

  /** @param items a job's own, and what sorts behind it. */
  private recordIn([first, ...rest]: readonly Item[]): JobRecord | undefined {
    if (first?.SK !== JOB_SORT_KEY || isExpired(first, this.nowSeconds())) return undefined;
    const steps = rest.filter(({ SK }) => String(SK).startsWith(STEP_PREFIX));
    return { job: jobOf(first), steps: steps.map(stepOf) };
  }

  /** One item that has not expired. */
  private async item({ PK, SK }: Key): Promise<Item | undefined> {
    const [item] = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK = :sk',
      ExpressionAttributeValues: { ':pk': PK, ':sk': SK },
      ConsistentRead: true,
    });
    return item === undefined || isExpired(item, this.nowSeconds()) ? undefined : item;
  }

  private nowSeconds(): number {
    return Math.floor(Date.parse(this.now()) / 1000);
  }

  private context(): WriteContext {
    const time = this.now();
    const now = Math.floor(Date.parse(time) / 1000);
    return { tableName: this.table.name, expiry: this.expiry, now, time };
  }
}

/** A query that comes while a transaction is committed may see a part of it: then it is sent once more. */
async function readWhole<Found>(
  read: () => Promise<Found | undefined>,
  isWhole: (found: Found) => boolean,
): Promise<Found | undefined> {
  const found = await read();
  return found === undefined || isWhole(found) ? found : read();
}

function endedWithItsSteps({ job, steps }: JobRecord): boolean {
  return !isTerminal(job.status) || steps.every(({ status }) => isTerminal(status));
}

/** The request's record is the first item of a creation. */
function replayIn({ request }: JobCreation, refusals: readonly Refusal[]): Replay | undefined {
  const refusal = refusals.find(({ index }) => index === 0);
  return request === undefined || refusal?.found === undefined
    ? undefined
    : answerTo(request, refusal.found);
}

/** Partitions with the ends of all days from one time to another. */
function partitionsOfEnds(from: Timestamp, to: Timestamp): readonly string[] {
  const days = [to];
  for (let day = from; day < to; day = daysAfter(day, 1)) days.push(day);
  return [...new Set(days.flatMap(endsPartitions))];
}

/** Whether nothing stood in the way of a job's end but its own lock, which is the first item. */
function isHeld({ record: { job } }: JobChange, refusals: readonly Refusal[]): boolean {
  const [refusal, ...others] = refusals;
  return others.length === 0 && refusal?.index === 0 && refusal.found?.jobId === job.id;
}
