import { type BudgetId, type JobId, jobId } from '../domain/ids.ts';
import { isTerminal } from '../domain/status.ts';
import { INDEX, SORT_KEY } from '../names.ts';
import { jobOf } from './job-rows.ts';
import {
  budgetPartition,
  EVENT_PREFIX,
  endKey,
  endKeyBefore,
  eventKey,
  JOB_SORT_KEY,
  jobPartition,
  type Key,
  rerunKey,
  suggestionsPartition,
} from './keys.ts';
import type { Item } from './rows.ts';
import { Table, type TableOptions } from './table.ts';

/** Most items that a transaction holds. */
const PER_TRANSACTION = 100;

/** Everything that the table holds of a budget, to be counted or deleted: what has expired as well as what has not. */
export class BudgetData {
  private readonly table: Table;

  constructor(options: TableOptions) {
    this.table = new Table(options);
  }

  /** Jobs that run or wait in line, and the one whose lock is still held. */
  async openJobs(budget: BudgetId): Promise<readonly string[]> {
    const items = await this.partition(budgetPartition(budget));
    return items
      .filter(isOpenWork)
      .map(({ SK, jobId: holder }) =>
        SK === SORT_KEY.running ? String(holder) : String(SK).slice(SORT_KEY.queuePrefix.length),
      );
  }

  /** Ids of jobs, oldest first. @param most all of them, unless given. */
  async jobs(budget: BudgetId, most?: number): Promise<readonly JobId[]> {
    const { name, partitionKey } = INDEX.jobsByBudget;
    const items = await this.table.all(
      {
        IndexName: name,
        KeyConditionExpression: '#budget = :budget',
        ExpressionAttributeNames: { '#budget': partitionKey },
        ExpressionAttributeValues: { ':budget': budget },
        // Years of jobs, whole, are more than the function's memory holds.
        ProjectionExpression: 'jobId',
      },
      most,
    );
    return items.map((item) => jobId(String(item.jobId)));
  }

  /** Deletes a job that has ended, with all that lies beside it. @returns false when it has not, or is gone already. */
  async deleteJob(id: JobId): Promise<boolean> {
    const items = await this.partition(jobPartition(id));
    const own = items.find(({ SK }) => SK === JOB_SORT_KEY);
    if (own === undefined) return false;
    const { status, completedAt, parentJobId, version } = jobOf(own);
    if (!isTerminal(status)) return false;
    // Its end is written with the last of them, which may not be seen yet.
    const events = Array.from({ length: version }, (_, n) => eventKey(id, n + 1));
    const beside = items.filter((item) => item !== own && !isEvent(item)).map(keyOf);
    // That this job repeats another one is known for longer than the other one is.
    const repeats = parentJobId === null ? [] : [rerunKey(parentJobId)];
    const ends =
      completedAt === null ? [] : [endKey(id, completedAt), endKeyBefore(id, completedAt)];
    // The job goes last: a run that is cut off before finds it again.
    await this.delete([...beside, ...events, ...repeats, ...ends, keyOf(own)]);
    return true;
  }

  async suggestions(budget: BudgetId): Promise<readonly Key[]> {
    // Whole, those of a budget of many years are too much for it as well.
    return (await this.partition(suggestionsPartition(budget), 'PK, SK')).map(keyOf);
  }

  /** Which snapshots there are, which one is current, which scheduled job was the last. */
  async records(budget: BudgetId): Promise<readonly Key[]> {
    const items = await this.partition(budgetPartition(budget));
    return items.filter((item) => !isOpenWork(item)).map(keyOf);
  }

  async delete(keys: readonly Key[]): Promise<void> {
    const { name: TableName } = this.table;
    for (let start = 0; start < keys.length; start += PER_TRANSACTION) {
      const batch = keys.slice(start, start + PER_TRANSACTION);
      await this.table.transact(batch.map((Key) => ({ Delete: { TableName, Key } })));
    }
  }

  /** @param attributes with commas between; without them, all. */
  private partition(PK: string, attributes?: string): Promise<readonly Item[]> {
    return this.table.all({
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': PK },
      ConsistentRead: true,
      ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
    });
  }
}

function isOpenWork({ SK }: Item): boolean {
  return SK === SORT_KEY.running || String(SK).startsWith(SORT_KEY.queuePrefix);
}

function isEvent({ SK }: Item): boolean {
  return String(SK).startsWith(EVENT_PREFIX);
}

function keyOf({ PK, SK }: Item): Key {
  return { PK: String(PK), SK: String(SK) };
}
