import { S3Client } from '@aws-sdk/client-s3';
import { workerId } from '../domain/ids.ts';
import { retryPayeeStep } from '../steps/retry-payee.ts';
import { runStep, type StepWork } from '../steps/run-step.ts';
import { suggestionsStep } from '../steps/suggestions.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import { historyEngine } from '../suggest/history/engine.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { identity } from './adapters/identity.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { idsOf, StepEvent } from './step-event.ts';

/** The states that propose categories from the extract, for the whole budget or, in RetryPayee, for one payee. */

const environment = readEnvironment('tableName', 'retentionDays', 'bucketName');
const { jobs, client, meter } = openJobs(environment);
const { tableName } = environment;
const ports = {
  snapshots: new SnapshotStore({ client, tableName }),
  extracts: new SnapshotObjects(meter.counting(new S3Client({})), environment.bucketName),
  suggestions: suggestionsIn(client, environment),
  engine: historyEngine,
};
const proposeForAll = suggestionsStep(ports);
const proposeForPayee = retryPayeeStep(ports);
const work: StepWork = (context) =>
  context.record.job.type === 'suggestions_retry_payee'
    ? proposeForPayee(context)
    : proposeForAll(context);

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) =>
    runStep({ jobs, ...identity }, event, workerId(context.awsRequestId), work),
});
