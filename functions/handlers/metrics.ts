import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Job, JobCounts } from '../domain/job.ts';
import type { SweepReport } from '../jobs/sweep.ts';
import { METRIC, METRIC_SERVICE } from '../names.ts';

/**
 * The stack's own metrics, as lines of the log that CloudWatch makes metrics of. Zeros are not said: a metric costs by the
 * hours in which it is. The lines carry the ids that are known, as all others do.
 */

type Ids = Readonly<Record<string, string>>;
type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];
type Values = Readonly<Partial<Record<(typeof METRIC)[keyof typeof METRIC], number>>>;

const { Count, Milliseconds, Seconds } = MetricUnit;

export interface StackMetrics {
  jobEnded(job: Job, ids: Ids): void;
  /** @param counts that the step reported. */
  stepDone(step: string, milliseconds: number, counts: JobCounts, ids: Ids): void;
  swept(report: SweepReport, ids: Ids): void;
  loggedIn(ids: Ids): void;
}

/** @param namespace of the stack, so that two of one account are told apart. */
export function openMetrics(namespace: string): StackMetrics {
  const metrics = new Metrics({ namespace, serviceName: METRIC_SERVICE.value });

  function say(values: Values, unit: Unit, ids: Ids, dimensions: Ids = {}): void {
    const known = Object.entries(values).filter(([, value]) => value !== 0);
    if (known.length === 0) return;
    for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
    for (const [name, value] of known) metrics.addMetric(name, unit, value);
    for (const [name, value] of Object.entries(ids)) metrics.addMetadata(name, value);
    metrics.publishStoredMetrics();
  }

  return {
    jobEnded({ type, status }, ids) {
      say({ [METRIC.jobs]: 1 }, Count, ids, { type, end: status });
      if (status === 'failed') say({ [METRIC.failedJobs]: 1 }, Count, ids);
    },
    stepDone(step, milliseconds, { written = 0, applied = 0 }, ids) {
      say({ [METRIC.stepDuration]: milliseconds }, Milliseconds, ids, { step });
      const suggestions = {
        [METRIC.suggestionsMade]: written,
        [METRIC.suggestionsApplied]: applied,
      };
      say(suggestions, Count, ids);
    },
    swept({ waiting, oldest, longestWaitSeconds, started }, ids) {
      say({ [METRIC.lineLength]: waiting, [METRIC.strays]: started }, Count, ids);
      say({ [METRIC.lineAge]: longestWaitSeconds }, Seconds, { ...ids, ...oldest });
    },
    loggedIn(ids) {
      say({ [METRIC.logins]: 1 }, Count, ids);
    },
  };
}
