import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../functions/names.ts';
import type { ScheduleConfig } from './config/schedule.ts';
import { comesDaily } from './config/schedule-expression.ts';
import { type DeadLetters, KEPT } from './dead-letters.ts';
import { ownMetric } from './own-metric.ts';

export interface AlarmsProps {
  readonly api: HttpApi;
  readonly sweep: Lambda;
  readonly deadLetters: readonly DeadLetters[];
  readonly schedules: readonly ScheduleConfig[];
  /** Where alarms write to; without it they are seen in the console alone. */
  readonly topic: ITopic | undefined;
}

interface AlarmSpec {
  readonly id: string;
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** Section of docs/runbook.md that says what to do. */
  readonly section: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods of the metric that are looked at, and how many of them have to be bad; one unless said. */
  readonly periods?: number;
  readonly bad?: number;
  readonly below?: true;
  /** Metrics of ours are said when there is something to say: silence is good, but for what has to happen. */
  readonly silenceIsBad?: true;
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/** A scheduled job may take 2 hours: whoever waits longer than it and a few others waits for something that hangs. */
const LINE_TOO_OLD_SECONDS = 9000;
/** One failed job is told of by itself; so many in an hour have one cause. */
const FAILED_JOBS_AN_HOUR = 3;
const API_ERRORS_IN_FIVE_MINUTES = 5;
/** A nightly job and the one that applies what it proposed: one alone is chance, as a sweep may come by between a job and its start. */
const STRAYS_AN_HOUR = 2;
/** A day, and the 2 hours that a scheduled job may take. */
const SCHEDULED_HOURS = 26;

/** An alarm is all that its mail says: whoever reads it at night wants to know this first. */
const NOTHING_IS_LOST = 'Nothing is lost: jobs, decisions and budgets are kept.';

/** What goes off when somebody has to do something; docs/runbook.md says what. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    for (const spec of [...this.always(props), ...this.forSchedules(props)]) {
      const { periods = 1, bad = periods } = spec;
      const alarm = new Alarm(this, spec.id, {
        alarmDescription: `${spec.says} ${NOTHING_IS_LOST} What to do: docs/runbook.md#${spec.section}`,
        metric: spec.metric,
        threshold: spec.threshold,
        evaluationPeriods: periods,
        datapointsToAlarm: bad,
        comparisonOperator: spec.below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: spec.silenceIsBad
          ? TreatMissingData.BREACHING
          : TreatMissingData.NOT_BREACHING,
      });
      if (props.topic !== undefined) alarm.addAlarmAction(new SnsAction(props.topic));
    }
  }

  private always({ api, sweep, deadLetters }: AlarmsProps): readonly AlarmSpec[] {
    return [
      {
        id: 'JobsFailing',
        says: `${FAILED_JOBS_AN_HOUR} jobs or more failed within an hour.`,
        section: 'jobs-are-failing',
        metric: ownMetric(this, METRIC.failedJobs, Stats.SUM, HOUR),
        threshold: FAILED_JOBS_AN_HOUR,
      },
      {
        id: 'LineTooOld',
        says: `A job has been waiting in line for ${LINE_TOO_OLD_SECONDS / 3600} hours.`,
        section: 'the-line-is-too-old',
        metric: ownMetric(this, METRIC.lineAge, Stats.MAXIMUM, FIVE_MINUTES),
        threshold: LINE_TOO_OLD_SECONDS,
        periods: 2,
      },
      {
        id: 'Strays',
        says: 'The sweep keeps finding jobs that nothing else started.',
        section: 'the-sweep-finds-strays',
        metric: ownMetric(this, METRIC.strays, Stats.SUM, FIVE_MINUTES),
        threshold: 1,
        periods: 12,
        bad: STRAYS_AN_HOUR,
      },
      {
        id: 'SweepFailing',
        says: 'The sweep fails each time, at all budgets or at one: jobs that were left behind wait until one goes well.',
        section: 'the-sweep-fails',
        metric: sweep.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        threshold: 1,
        periods: 3,
      },
      {
        id: 'NoSweep',
        says: 'No sweep has begun for 15 minutes: jobs that were left behind wait for the next one.',
        section: 'the-sweep-fails',
        metric: sweep.metricInvocations({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        threshold: 1,
        below: true,
        periods: 3,
        silenceIsBad: true,
      },
      {
        id: 'ApiFailing',
        says: `The API answered ${API_ERRORS_IN_FIVE_MINUTES} calls or more in 5 minutes with a 5xx.`,
        section: 'the-api-fails',
        metric: api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        threshold: API_ERRORS_IN_FIVE_MINUTES,
      },
      ...deadLetters.map((letters) => ({
        id: nameOf(letters),
        says: `${nameOf(letters)} holds what could not be delivered, for ${KEPT.toDays()} days.`,
        section: 'dead-letters',
        metric: letters.queue.metricApproximateNumberOfMessagesVisible({
          period: FIVE_MINUTES,
          statistic: Stats.MAXIMUM,
        }),
        threshold: 1,
      })),
    ];
  }

  /** Only where one is due every day: of rarer ones a day without says nothing. */
  private forSchedules({ schedules }: AlarmsProps): readonly AlarmSpec[] {
    const now = new Date();
    if (!schedules.some(({ expression }) => comesDaily(expression, now))) return [];
    return [
      {
        id: 'NoScheduledSuccess',
        says: `No scheduled job has succeeded for ${SCHEDULED_HOURS} hours.`,
        section: 'no-scheduled-job-succeeds',
        metric: ownMetric(this, METRIC.jobs, Stats.SUM, HOUR, {
          type: 'scheduled_sync_and_suggest',
          end: 'succeeded',
        }),
        threshold: 1,
        below: true,
        periods: SCHEDULED_HOURS,
        silenceIsBad: true,
      },
    ];
  }
}

/** As docs/operating.md names it: what a queue's name contains. */
function nameOf({ queue: { node } }: DeadLetters): string {
  return node.id === 'DeadLetters' ? `${node.scope?.node.id}${node.id}` : node.id;
}
