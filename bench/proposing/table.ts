import { BatchWriteCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  executionId,
  jobId,
  stepId,
  type Timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { createJob, startJob, takeOver } from '../../functions/domain/transitions.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { at, context, uuid } from '../../test/domain/builders.ts';
import { createTable, type Engine } from '../../test/store/engine.ts';

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
  const jobs = new JobStore(options);
  const change = createJob(
    {
      id: jobId(uuid(1)),
      budgetId,
      work: { type: 'suggestions_generate' },
      trigger: 'api',
      newStepId: () => stepId(uuid(2)),
    },
    context(0),
  );
  await jobs.create({ change });
  const fence: Fence = {
    budgetId,
    jobId: change.record.job.id,
    executionId: executionId('execution:1'),
    workerId: workerId('worker-1'),
  };
  const started = startJob(change.record, context(1));
  await jobs.claim(started, { ...fence, workerId: null, workerUntil: null, sending: false });
  await jobs.beginStep(takeOver(started.record), fence, at(1000));
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
