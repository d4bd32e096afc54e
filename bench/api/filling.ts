import { v7 } from 'uuid';
import {
  type BudgetId,
  budgetId,
  executionId,
  type JobId,
  jobId,
  type SuggestionId,
  stepId,
  suggestionId,
  transactionId,
} from '../../functions/domain/ids.ts';
import type { JobRecord } from '../../functions/domain/job.ts';
import type { TransitionContext } from '../../functions/domain/job-change.ts';
import { createJob, endJob, startJob } from '../../functions/domain/transitions.ts';
import { clockAndIds } from '../../functions/handlers/adapters/clock-and-ids.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { keptSnapshotKey } from '../../functions/store/keys.ts';
import { SCHEMA } from '../../functions/store/rows.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import { suggestion } from '../../test/domain/suggestions.ts';
import type { MemoryTable } from '../../test/simulation/table/memory-table.ts';

/** What the table holds when requests come: enough for full pages, and jobs in each state that a request may meet. */

const TABLE = 'jobs';
const RETENTION = { pendingDays: 90, retentionDays: 30 };
const DAY_SECONDS = 24 * 60 * 60;

export class Filling {
  readonly budget: BudgetId;
  private readonly table: MemoryTable;
  readonly jobs: JobStore;

  constructor(table: MemoryTable, budget: string) {
    this.budget = budgetId(budget);
    this.table = table;
    this.jobs = new JobStore({ client: table, tableName: TABLE, now: clockAndIds.now });
  }

  /** In line. */
  async queued(): Promise<JobRecord> {
    const change = createJob(
      {
        id: clockAndIds.newJobId(),
        budgetId: this.budget,
        work: { type: 'sync_and_suggest' },
        trigger: 'api',
        requestedBy: '111122223333/AROAEXAMPLE',
        newStepId: () => stepId(v7()),
      },
      context(),
    );
    await this.jobs.create({ change });
    return change.record;
  }

  async running(): Promise<JobRecord> {
    const record = await this.queued();
    const change = startJob(record, context());
    await this.jobs.claim(change, {
      budgetId: this.budget,
      jobId: record.job.id,
      executionId: executionId(record.job.id),
      workerId: null,
      workerUntil: null,
      sending: false,
    });
    return change.record;
  }

  async canceled(): Promise<JobRecord> {
    const record = await this.queued();
    const change = endJob(record, { status: 'canceled' }, context());
    await this.jobs.cancel(change);
    return change.record;
  }

  /** Pending ones. */
  suggestions(count: number): readonly SuggestionId[] {
    const now = clockAndIds.now();
    return Array.from({ length: count }, (_, n) => {
      const id = transactionId(v7());
      const item = suggestionItem(
        suggestion(n, {
          id: suggestionId(id, 1),
          transactionId: id,
          budgetId: this.budget,
          createdAt: now,
          updatedAt: now,
        }),
        RETENTION,
      );
      this.put(item);
      return suggestionId(id, 1);
    });
  }

  /** Kept copies. */
  snapshots(count: number): readonly JobId[] {
    const takenAt = clockAndIds.now();
    return Array.from({ length: count }, () => {
      const id = jobId(v7());
      this.put({
        ...keptSnapshotKey(this.budget, id),
        schema: SCHEMA,
        id,
        budgetId: this.budget,
        takenAt,
        archiveKey: `kept/${this.budget}/${id}.zip`,
        bytes: 1_000_000,
        counts: { accounts: 8, transactions: 20_000 },
        expiresAt: Math.floor(Date.parse(takenAt) / 1000) + 30 * DAY_SECONDS,
      });
      return id;
    });
  }

  private put(Item: Record<string, unknown>): void {
    this.table.transact({ TransactItems: [{ Put: { TableName: TABLE, Item } }] });
  }
}

function context(): TransitionContext {
  return { now: clockAndIds.now(), newEventId: clockAndIds.newEventId };
}
