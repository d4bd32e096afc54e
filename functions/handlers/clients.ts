import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { JobStore } from '../store/job-store.ts';
import { type Meter, meter } from '../store/meter.ts';
import { SuggestionStore } from '../store/suggestion-store.ts';
import { identity } from './adapters/identity.ts';
import { retentionDaysOf } from './environment.ts';

/** A call that takes longer has lost its connection: a new one is quicker than waiting. */
const REQUEST_TIMEOUT_MS = 3_000;
const CONNECTION_TIMEOUT_MS = 1_000;

/** The client of the table, and the meter that counts what it asks for. */
export function tableClient(): {
  readonly client: DynamoDBDocumentClient;
  readonly meter: Meter;
} {
  const client = new DynamoDBClient({
    maxAttempts: 5,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Without it the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  });
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client: documents, meter: meter(client) };
}

/** The jobs in the table, for handlers that need nothing else of it. */
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
  { tableName, retentionDays }: { readonly tableName: string; readonly retentionDays?: string },
): SuggestionStore {
  return new SuggestionStore({
    client,
    tableName,
    now: identity.now,
    ...(retentionDays === undefined ? {} : { retentionDays: retentionDaysOf(retentionDays) }),
  });
}
