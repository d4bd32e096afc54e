import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { JobStore } from '../store/job-store.ts';
import { type Meter, meter } from '../store/meter.ts';
import { SuggestionStore } from '../store/suggestion-store.ts';
import { SMALL_CALLS } from './adapters/calls.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
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

/** What a handler may do that does not know how long jobs are kept: anything but write them. */
type JobReads = Pick<JobStore, 'endedBetween' | 'get' | 'list' | 'whole'>;

interface Opened<Jobs> {
  readonly jobs: Jobs;
  readonly client: DynamoDBDocumentClient;
  readonly meter: Meter;
}

/** The jobs in the table, with its client for what else a handler needs of it. */
export function openJobs(environment: {
  readonly tableName: string;
  readonly retentionDays: string;
}): Opened<JobStore>;
export function openJobs(environment: { readonly tableName: string }): Opened<JobReads>;
export function openJobs(environment: {
  readonly tableName: string;
  readonly retentionDays?: string;
}): Opened<JobStore> {
  const { client, meter: consumption } = tableClient();
  const { tableName, retentionDays } = environment;
  const jobs = new JobStore({
    client,
    tableName,
    now: clockAndIds.now,
    ...(retentionDays === undefined ? {} : { retentionDays: retentionDaysOf(retentionDays) }),
  });
  return { jobs, client, meter: consumption };
}

/** The suggestions in the table, for handlers that need nothing else of it. Who does not know how long they are kept may only list them. */
export function openSuggestions(environment: {
  readonly tableName: string;
  readonly retentionDays: string;
}): { readonly suggestions: SuggestionStore; readonly meter: Meter };
export function openSuggestions(environment: { readonly tableName: string }): {
  readonly suggestions: Pick<SuggestionStore, 'list'>;
  readonly meter: Meter;
};
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
    now: clockAndIds.now,
    ...(retentionDays === undefined ? {} : { retentionDays: retentionDaysOf(retentionDays) }),
    ...(pendingDays === undefined
      ? {}
      : { pendingDays: daysOf(pendingDays, 'pendingSuggestionDays') }),
  });
}
