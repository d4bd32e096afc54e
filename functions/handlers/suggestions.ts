import { S3Client } from '@aws-sdk/client-s3';
import { workerId } from '../domain/ids.ts';
import { runStep } from '../steps/run-step.ts';
import { suggestionsStep } from '../steps/suggestions.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import { SuggestionStore } from '../store/suggestion-store.ts';
import { historyEngine } from '../suggest/history/engine.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { identity } from './adapters/identity.ts';
import { openJobs } from './clients.ts';
import { readEnvironment, retentionDaysOf } from './environment.ts';
import { invocation } from './invocation.ts';
import { idsOf, StepEvent } from './step-event.ts';

/** The states Suggestions, SuggestionsAfterRefresh and ScheduledSuggestions: proposes categories from the extract. */

const environment = readEnvironment('tableName', 'retentionDays', 'bucketName');
const { jobs, client, meter } = openJobs(environment);
const { tableName } = environment;
const work = suggestionsStep({
  snapshots: new SnapshotStore({ client, tableName }),
  extracts: new SnapshotObjects(new S3Client({}), environment.bucketName),
  suggestions: new SuggestionStore({
    client,
    tableName,
    now: identity.now,
    retentionDays: retentionDaysOf(environment.retentionDays),
  }),
  engine: historyEngine,
});

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) =>
    runStep({ jobs, ...identity }, event, workerId(context.awsRequestId), work),
});
