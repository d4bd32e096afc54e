import { BatchWriteCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { createTable, type Engine } from '../../test/store/engine.ts';
import { runningJob } from '../../test/store/running-job.ts';

/** Items that one call takes at most. */
const PER_TRANSACTION = 100;
const PER_BATCH = 25;
const RETENTION = { pendingDays: 90, retentionDays: 30 };

/** A table of the product in which a job runs on a budget. */
export async function runningIn(
  engine: Engine,
  tableName: string,
  budgetId: Fence['budgetId'],
  now: () => Timestamp,
): Promise<{ readonly store: SuggestionStore; readonly fence: Fence }> {
  await createTable(engine, tableName);
  const options = { client: engine.documents, tableName, now };
  const fence = await runningJob(new JobStore(options), budgetId);
  return { store: new SuggestionStore(options), fence };
}

/** Writes the same items with nothing checked, in as few transactions as take them. */
export async function bareTransactions(
  { documents }: Engine,
  TableName: string,
  suggestions: readonly Suggestion[],
): Promise<void> {
  for (const part of parts(suggestions, PER_TRANSACTION)) {
    const TransactItems = part.map((one) => ({
      Put: { TableName, Item: suggestionItem(one, RETENTION) },
    }));
    await documents.send(new TransactWriteCommand({ TransactItems }));
  }
}

/** Writes the same items one by one as far as the table is concerned: some may be written and others not. */
export async function bareBatches(
  { documents }: Engine,
  TableName: string,
  suggestions: readonly Suggestion[],
): Promise<void> {
  for (const part of parts(suggestions, PER_BATCH)) {
    const requests = part.map((one) => ({ PutRequest: { Item: suggestionItem(one, RETENTION) } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
}

function* parts<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
