import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { budgetId } from '../../functions/domain/ids.ts';
import { createJob } from '../../functions/domain/transitions.ts';
import { clockAndIds } from '../../functions/handlers/adapters/clock-and-ids.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { keptSnapshotKey } from '../../functions/store/keys.ts';
import { type Item, SCHEMA } from '../../functions/store/rows.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import { suggestion } from '../../test/domain/suggestions.ts';

/** What lies in the table of a budget that this stack no longer knows: none of it is for any caller. */

export const NEIGHBOUR_PAYEE = 'Canary Neighbour';

export interface Neighbour {
  readonly budgetId: string;
  readonly jobId: string;
  readonly snapshotId: string;
  readonly suggestionId: string;
}

const RETENTION_DAYS = 30;

export async function plantNeighbour(
  client: DynamoDBDocumentClient,
  tableName: string,
  budget: string,
): Promise<Neighbour> {
  const owner = budgetId(budget);
  const jobs = new JobStore({ client, tableName, now: clockAndIds.now });
  const change = createJob(
    {
      id: clockAndIds.newJobId(),
      budgetId: owner,
      work: { type: 'budget_sync' },
      trigger: 'api',
      ...clockAndIds,
    },
    { now: clockAndIds.now(), newEventId: clockAndIds.newEventId },
  );
  await jobs.create({ change });
  const proposed = suggestion(1, {
    budgetId: owner,
    transaction: { ...suggestion(1).transaction, payee: NEIGHBOUR_PAYEE },
    updatedAt: clockAndIds.now(),
  });
  const snapshotId = clockAndIds.newJobId();
  const kept: Item = {
    ...keptSnapshotKey(owner, snapshotId),
    schema: SCHEMA,
    id: snapshotId,
    budgetId: owner,
    takenAt: clockAndIds.now(),
    archiveKey: `kept/${owner}/${snapshotId}`,
    bytes: 1,
    counts: { accounts: 1, transactions: 1 },
    expiresAt: Math.floor(Date.now() / 1000) + RETENTION_DAYS * 86_400,
  };
  for (const item of [
    suggestionItem(proposed, { retentionDays: RETENTION_DAYS, pendingDays: RETENTION_DAYS }),
    kept,
  ]) {
    await client.send(new PutCommand({ TableName: tableName, Item: item }));
  }
  return {
    budgetId: budget,
    jobId: change.record.job.id,
    snapshotId,
    suggestionId: proposed.id,
  };
}
