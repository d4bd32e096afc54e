import * as z from 'zod';
import { type BudgetId, epochSecondsOf, type JobId, type Timestamp } from '../domain/ids.ts';
import type { ScheduledOptions } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { absent, absentOrLocksJob, allOf, staysAt } from './conditions.ts';
import { StoreError } from './errors.ts';
import { check, createCommand, goneCheck } from './job-commands.ts';
import { expiryAfter, idOfJob } from './job-rows.ts';
import { jobKey, lastScheduledKey } from './keys.ts';
import { putRequest, type RequestRecord, requestOf } from './requests.ts';
import { parseItem, SCHEMA } from './rows.ts';
import { Table, type TableOptions } from './table.ts';
import type { TransactItem, WriteContext } from './writing.ts';

/** The scheduled jobs of a budget that ask for the same, one after the other: each is written on the condition that it follows the last. */

/** `repeated`: this time was answered before, with this job. `overtaken`: look again. */
export type ScheduleOutcome =
  | { readonly kind: 'written' | 'overtaken' }
  | { readonly kind: 'repeated'; readonly jobId: JobId };

export interface ScheduleStoreOptions extends TableOptions {
  readonly now: () => Timestamp;
  readonly retentionDays: number;
}

const LastShape = z.object({ jobId: idOfJob });

export class ScheduleStore {
  private readonly table: Table;
  private readonly options: ScheduleStoreOptions;

  constructor(options: ScheduleStoreOptions) {
    this.table = new Table(options);
    this.options = options;
  }

  /** The last scheduled job of the budget that asked for this, whatever became of it; undefined when there was none for long. */
  async last(budgetId: BudgetId, asked: ScheduledOptions): Promise<JobId | undefined> {
    const item = await this.table.one(lastScheduledKey(budgetId, asked));
    return item === undefined ? undefined : parseItem(LastShape, item).jobId;
  }

  /** Puts a scheduled job in line, as long as `last` is still the last one that asked for the same, and `gone` is. */
  async create(creation: {
    readonly change: JobChange;
    readonly request: RequestRecord;
    readonly last: JobId | undefined;
    readonly gone?: JobId | undefined;
  }): Promise<ScheduleOutcome> {
    const { change, request, last, gone } = creation;
    const { job } = change.record;
    const context = this.context();
    const marker: TransactItem = {
      Put: {
        TableName: this.table.name,
        Item: {
          ...lastScheduledKey(job.budgetId, job.metadata),
          schema: SCHEMA,
          jobId: job.id,
          expiresAt: context.expiry(job),
        },
        ...allOf(last === undefined ? absent : absentOrLocksJob({ jobId: last })),
      },
    };
    const checks = gone === undefined ? [] : [goneCheck(jobKey(gone), context)];
    return this.write([...createCommand({ change, request }, context), marker, ...checks]);
  }

  /** Answers a scheduled time with a job that is there already, as long as that waits in line. */
  answerWith(waiting: JobId, request: RequestRecord): Promise<ScheduleOutcome> {
    const context = this.context();
    return this.write([
      putRequest(request, waiting, context),
      check(jobKey(waiting), staysAt('queued'), context),
    ]);
  }

  /** The request's record is the first item of each transaction here. */
  private async write(items: readonly TransactItem[]): Promise<ScheduleOutcome> {
    const transacted = await this.table.transact(items);
    if (transacted.kind === 'written') return { kind: 'written' };
    const request = transacted.refusals.find(({ index }) => index === 0);
    if (request === undefined) return { kind: 'overtaken' };
    if (request.found === undefined) throw new StoreError('A request was refused by nothing.');
    return { kind: 'repeated', jobId: requestOf(request.found).jobId };
  }

  private context(): WriteContext {
    const time = this.options.now();
    return {
      tableName: this.table.name,
      expiry: expiryAfter(this.options.retentionDays),
      now: epochSecondsOf(time),
      time,
    };
  }
}
