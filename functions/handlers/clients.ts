import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { JobStore } from '../store/job-store.ts';
import { type Meter, meter } from '../store/meter.ts';
import { SuggestionStore } from '../store/suggestion-store.ts';
import { SMALL_CALLS } from './adapters/calls.ts';
import { identity } from './adapters/identity.ts';
import { daysOf, retentionDaysOf } from './environment.ts';

/** The client of the table, and the meter that counts what it asks for. */
export function tableClient(): {
  readonly client: DynamoDBDocumentClient;
  readonly meter: Meter;
} {
  const client = new DynamoDBClient(SMALL_CALLS);
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client: documents, meter: meter(client) };
}

/** The jobs in the table, with its client for what else a handler needs of it. */
export function openJobs(environment: {
  readonly tableName: string;
  readonly retentionDays?: string;
}): { readonly jobs: JobStore; readonly client: DynamoDBDocumentClient; readonly meter: Meter } {
  const { client, meter: consumption } = tableClient();
  const { tableName, retentionDays } = environment;
  const jobs = new JobStore({
    client,
    tableName,
    now: identity.now,
    ...(retentionDays === undefined ? {} : { retentionDays: retentionDaysOf(retentionDays) }),
  });
  return { jobs, client, meter: consumption };
}

/** The suggestions in the table, for handlers that need nothing else of it. */
export function openSuggestions(environment: {
  readonly tableName: string;
  readonly retentionDays?: string;
}): { readonly suggestions: SuggestionStore; readonly meter: Meter } {
  const { client, meter: consumption } = tableClient();
  return { suggestions: suggestionsIn(client, environment), meter: consumption };
}

export function suggestionsIn(
  client: DynamoDBDocumentClient,
  environment: {
    readonly tableName: string;
    readonly retentionDays?: string;
    readonly pendingSuggestionDays?: string;
  },
): SuggestionStore {
  const { tableName, retentionDays, pendingSuggestionDays: pendingDays } = environment;
  return new SuggestionStore({
    client,
    tableName,
    now: identity.now,
    ...(retentionDays === undefined ? {} : { retentionDays: retentionDaysOf(retentionDays) }),
    ...(pendingDays === undefined
      ? {}
      : { pendingDays: daysOf(pendingDays, 'pendingSuggestionDays') }),
  });
}
