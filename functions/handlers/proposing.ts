import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { keepYoungGenerationSmall } from '../actual/memory.ts';
import { retryPayeeStep } from '../steps/retry-payee.ts';
import { suggestionsStep } from '../steps/suggestions.ts';
import type { Meter } from '../store/meter.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import type { SuggestionEngine } from '../suggest/engine.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { LARGE_CALLS } from './adapters/calls.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { daysOf, readEnvironment, retentionDaysOf } from './environment.ts';
import { openMetrics } from './metrics.ts';
import { stepInvocation } from './step-invocation.ts';

/**
 * The handler of the states that propose categories from the extract, for the whole budget or, in RetryPayee, for one
 * payee.
 *
 * @param open called once; gives the engine as one invocation uses it. The meter counts what it asks of AWS.
 */
export function proposing(open: (meter: Meter) => (context: Context) => SuggestionEngine) {
  const environment = readEnvironment(
    'tableName',
    'retentionDays',
    'pendingSuggestionDays',
    'bucketName',
    'metricsNamespace',
  );
  const { jobs, client, meter } = openJobs(environment);
  const { tableName } = environment;
  const ports = {
    snapshots: new SnapshotStore({ client, tableName }),
    extracts: new SnapshotObjects(
      meter.counting(new S3Client(LARGE_CALLS)),
      environment.bucketName,
    ),
    suggestions: suggestionsIn(client, environment),
    retentionDays: retentionDaysOf(environment.retentionDays),
    pendingDays: daysOf(environment.pendingSuggestionDays, 'pendingSuggestionDays'),
  };
  const engineFor = open(meter);
  return stepInvocation({
    step: 'suggestions',
    jobs,
    meter,
    metrics: openMetrics(environment.metricsNamespace),
    work: (_event, _worker, context) => {
      keepYoungGenerationSmall();
      const withEngine = { ...ports, engine: engineFor(context) };
      const proposeForAll = suggestionsStep(withEngine);
      const proposeForPayee = retryPayeeStep(withEngine);
      return (step) =>
        step.record.job.type === 'suggestions_retry_payee'
          ? proposeForPayee(step)
          : proposeForAll(step);
    },
  });
}
