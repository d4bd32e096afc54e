import type { BudgetId, JobId, Timestamp } from '../domain/ids.ts';
import type { JobEvent, JobInput, JobRecord } from '../domain/job.ts';
import type { Fence, RunningJob } from '../domain/running.ts';
import type { JobChange } from '../domain/transitions.ts';
import { INDEX, SORT_KEY } from '../names.ts';
import { StoreError } from './errors.ts';
import {
  beginSendingCommand,
  beginStepCommand,
  claimCommand,
  createCommand,
  type JobCreation,
  settleCommand,
  type WriteContext,
  writeStepCommand,
} from './job-commands.ts';
import { type JobFilter, type JobPage, listJobs, type PageRequest } from './job-listing.ts';
import {
  type Expiry,
  eventOf,
  expiryAfter,
  inputOf,
  jobOf,
  openBudgetOf,
  queuedJobOf,
  runningOf,
  stepOf,
} from './job-rows.ts';
import {
  budgetPartition,
  EVENT_PREFIX,
  JOB_SORT_KEY,
  jobPartition,
  OPEN_WORK_PARTITIONS,
  STEP_PREFIX,
} from './keys.ts';
import { dropPlaceCommand, releaseLockCommand, requestOf } from './line-commands.ts';
import { isExpired } from './rows.ts';
import { Table, type TableClient, type Written } from './table.ts';

export type CreateOutcome =
  | { readonly kind: 'created' }
  /** The same request came before; this is the job that it made. */
  | { readonly kind: 'replayed'; readonly jobId: JobId }
  /** The same idempotency key came before with another body. */
  | { readonly kind: 'key_reused' };

export interface JobStoreOptions {
  readonly client: TableClient;
  readonly tableName: string;
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
    const { request } = creation;
    const refusal = transacted.refusals.find(({ index }) => index === 0);
    if (request === undefined || refusal?.found === undefined) {
      throw new StoreError('A new job met items of its own id.');
    }
    const before = requestOf(refusal.found);
    return before.bodyHash === request.bodyHash
      ? { kind: 'replayed', jobId: before.jobId }
      : { kind: 'key_reused' };
  }

  /** A job with its steps as last written; undefined when there is none or its time is over. */
  async get(jobId: JobId): Promise<JobRecord | undefined> {
    const items = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :job AND :steps',
      ExpressionAttributeValues: {
        ':pk': jobPartition(jobId),
        ':job': JOB_SORT_KEY,
        ':steps': `${STEP_PREFIX}~`,
      },
      ConsistentRead: true,
    });
    const [first, ...rest] = items;
    if (first?.SK !== JOB_SORT_KEY || isExpired(first, this.nowSeconds())) return undefined;
    return { job: jobOf(first), steps: rest.map(stepOf) };
  }

  /** The job's history, oldest first. */
  async events(jobId: JobId): Promise<readonly JobEvent[]> {
    const items = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :event)',
      ExpressionAttributeValues: { ':pk': jobPartition(jobId), ':event': EVENT_PREFIX },
      ConsistentRead: true,
    });
    return items.filter((item) => !isExpired(item, this.nowSeconds())).map(eventOf);
  }

  /** The long lists that the job works on. */
  async input(jobId: JobId): Promise<JobInput | undefined> {
    const [item] = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK = :input',
      ExpressionAttributeValues: { ':pk': jobPartition(jobId), ':input': 'INPUT' },
      ConsistentRead: true,
    });
    return item === undefined || isExpired(item, this.nowSeconds()) ? undefined : inputOf(item);
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

  /** Removes the place of a job that is gone or no longer queued. */
  async dropPlaceInLine(budgetId: BudgetId, jobId: JobId): Promise<void> {
    await this.table.write([{ Delete: dropPlaceCommand(this.table.name, budgetId, jobId) }]);
  }

  /** Removes the lock of a job that is gone or has ended, if it still names this job. */
  async releaseLock(running: RunningJob): Promise<void> {
    await this.table.write([{ Delete: releaseLockCommand(this.table.name, running) }]);
  }

  /** The job leaves the line and takes its budget's lock; 'conflict' when another was faster. */
  claim(change: JobChange, running: RunningJob): Promise<Written> {
    return this.table.write(claimCommand(change, running, this.context()));
  }

  /** The worker takes the step; 'conflict' when the lock names another job or execution. */
  beginStep(change: JobChange | null, fence: Fence): Promise<Written> {
    return this.table.write(beginStepCommand(change, fence, this.context()));
  }

  /** A change by the worker; 'conflict' when the lock names another. */
  writeStep(change: JobChange, fence: Fence): Promise<Written> {
    return this.table.write(writeStepCommand(change, fence, this.context()));
  }

  /** The worker is about to change the budget on its server; 'conflict' when the lock names another. */
  beginSending(fence: Fence): Promise<Written> {
    return this.table.write([beginSendingCommand(fence, this.table.name)]);
  }

  /** The job ends, and `next` is put in line with it; 'conflict' when the job changed since it was read. */
  settle(change: JobChange, next?: JobChange): Promise<Written> {
    return this.table.write(settleCommand(change, this.context(), next));
  }

  /** Every budget that has a job running or in line, each once. Eventually consistent. */
  async openBudgets(): Promise<readonly BudgetId[]> {
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
    return [...new Set(partitions.flat().map(openBudgetOf))];
  }

  private nowSeconds(): number {
    return Math.floor(Date.parse(this.now()) / 1000);
  }

  private context(): WriteContext {
    return { tableName: this.table.name, expiry: this.expiry, now: this.nowSeconds() };
  }
}
