import { readFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { budgetId, isUuid } from '../domain/ids.ts';
import { forget } from '../jobs/forget.ts';
import { BudgetData } from '../store/budget-data.ts';
import { BudgetObjects } from './adapters/budget-objects.ts';
import { LARGE_CALLS } from './adapters/calls.ts';
import { tableClient } from './clients.ts';
import { readEnvironment, schedulesFile } from './environment.ts';
import { invocation } from './invocation.ts';
import { logger } from './logger.ts';

/** Called by `npm run forget` alone: deletes everything that is kept of a budget, or only counts it. */

const ForgetEvent = z.strictObject({
  budgetId: z.string().refine(isUuid).transform(budgetId),
  dryRun: z.boolean().default(false),
});

/** Names of schedules by the budget that they make jobs for. */
const Schedules = z.record(z.string(), z.array(z.string()));

/** What is begun is ended before Lambda ends the function. */
const KEPT_BACK_MS = 20_000;

const environment = readEnvironment('tableName', 'bucketName');
const { client, meter } = tableClient();
const { tableName, bucketName } = environment;
const data = new BudgetData({ client, tableName });
const objects = new BudgetObjects(meter.counting(new S3Client(LARGE_CALLS)), bucketName);
const file = schedulesFile();
const schedules = file === undefined ? {} : Schedules.parse(JSON.parse(readFileSync(file, 'utf8')));

export const handler = invocation({
  event: ForgetEvent,
  ids: ({ budgetId: budget }) => ({ budgetId: budget }),
  meter,
  work: async ({ budgetId: budget, dryRun }, context) => {
    const ports = {
      data,
      objects,
      schedulesOf: (one: string) => schedules[one] ?? [],
      mayGoOn: () => context.getRemainingTimeInMillis() > KEPT_BACK_MS,
    };
    const forgetting = await forget(ports, budget, dryRun);
    logger.info('asked to forget a budget', { ...forgetting });
    return forgetting;
  },
});
