import type { DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { type BudgetId, budgetId, isUuid } from '../domain/ids.ts';
import { type Look, lookAtBudget } from '../jobs/dispatch.ts';
import { PARTITION } from '../names.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openExecutions } from './adapters/executions.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { describeError, logger } from './logger.ts';

/** The table's stream: a new place in line, or a lock given back, makes us look at that budget. */

const environment = readEnvironment('tableName', 'stateMachineArn', 'retentionDays');
const { jobs, meter } = openJobs(environment);
const ports = {
  ...clockAndIds,
  jobs,
  executions: openExecutions(environment.stateMachineArn, meter),
};

const StreamRecord = z.object({
  dynamodb: z.object({
    SequenceNumber: z.string().min(1),
    Keys: z.unknown().optional(),
  }),
});
type StreamRecord = z.infer<typeof StreamRecord>;

const Keys = z.object({ PK: z.object({ S: z.string() }) });

export const handler = invocation({
  event: z.object({ Records: z.array(StreamRecord) }),
  meter,
  work: async ({ Records }): Promise<DynamoDBBatchResponse> => {
    const failed: { itemIdentifier: string }[] = [];
    const looked = new Map<BudgetId, Promise<Look>>();
    for (const record of Records) {
      const budget = budgetOf(record);
      if (budget === undefined) {
        logger.error('a stream record without a budget is set aside');
        failed.push({ itemIdentifier: record.dynamodb.SequenceNumber });
        continue;
      }
      const look = looked.get(budget) ?? lookAtBudget(ports, budget);
      looked.set(budget, look);
      try {
        const { kind, settled, ...job } = await look;
        if (settled !== undefined) {
          logger.info('looked', { budgetId: budget, jobId: settled, look: { kind: 'settled' } });
        }
        logger.info('looked', { budgetId: budget, ...job, look: { kind } });
      } catch (error) {
        logger.error('look failed', { budgetId: budget, error: describeError(error) });
        failed.push({ itemIdentifier: record.dynamodb.SequenceNumber });
      }
    }
    return { batchItemFailures: failed };
  },
});

/** Places in line and locks lie in the partition of their budget. */
function budgetOf({ dynamodb }: StreamRecord): BudgetId | undefined {
  const partition = Keys.safeParse(dynamodb.Keys).data?.PK.S ?? '';
  const id = partition.slice(PARTITION.budget.length);
  return partition.startsWith(PARTITION.budget) && isUuid(id) ? budgetId(id) : undefined;
}
