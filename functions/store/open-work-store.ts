import * as z from 'zod';
import type { BudgetId, JobId } from '../domain/ids.ts';
import { INDEX, SORT_KEY } from '../names.ts';
import { idOfBudget, JobInKey } from './job-rows.ts';
import { OPEN_WORK_PARTITIONS } from './keys.ts';
import { Table, type TableOptions } from './table.ts';

export interface OpenWork {
  readonly budgets: readonly BudgetId[];
  readonly waiting: readonly JobId[];
}

/** Entries of the index carry keys alone. */
const OpenWorkShape = z.object({ openWorkOrder: idOfBudget });

/** Who runs and who waits, in all budgets. Apart from the jobs, as it is in no worker's way there. */
export class OpenWorkStore {
  private readonly table: Table;

  constructor(options: TableOptions) {
    this.table = new Table(options);
  }

  /** Every budget that has a job running or in line, each once, and all jobs in line. Eventually consistent. */
  async openWork(): Promise<OpenWork> {
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
      budgets: [...new Set(items.map((item) => OpenWorkShape.parse(item).openWorkOrder))],
      waiting: waiting.map((item) => JobInKey.parse(item).SK),
    };
  }
}
