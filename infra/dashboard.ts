import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRIC, METRIC_SERVICE } from '../functions/names.ts';
import type { DeadLetters } from './dead-letters.ts';
import { ownMetric } from './own-metric.ts';

export interface OverviewProps {
  readonly api: HttpApi;
  readonly stateMachine: StateMachine;
  readonly deadLetters: readonly DeadLetters[];
}

const HOUR = Duration.hours(1);
const FIVE_MINUTES = Duration.minutes(5);
const THIRD = 8;

/** One page of CloudWatch with what the stack does; the first three of an account cost nothing. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { api, stateMachine, deadLetters }: OverviewProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new Dashboard(this, 'Dashboard', {
      // An account has them for all its regions together: a second stack in another region would not get that name.
      dashboardName: `${stack.stackName}-${stack.region}`,
      defaultInterval: Duration.days(7),
      widgets: [
        [
          graph('Jobs by type and end', [this.search(METRIC.jobs, 'type,end', Stats.SUM)]),
          graph('Duration of steps (ms)', [
            this.search(METRIC.stepDuration, 'step', Stats.MAXIMUM),
          ]),
          graph('Executions', [
            stateMachine.metricStarted({ period: HOUR }),
            stateMachine.metricFailed({ period: HOUR }),
            stateMachine.metricTimedOut({ period: HOUR }),
            stateMachine.metricAborted({ period: HOUR }),
          ]),
        ],
        [
          graph('Jobs in line', [ownMetric(this, METRIC.lineLength, Stats.MAXIMUM, FIVE_MINUTES)]),
          graph('The oldest in line (s)', [
            ownMetric(this, METRIC.lineAge, Stats.MAXIMUM, FIVE_MINUTES),
          ]),
          graph('Strays and dead letters', [
            ownMetric(this, METRIC.strays, Stats.SUM, FIVE_MINUTES),
            ...deadLetters.map(({ queue }) =>
              queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
            ),
          ]),
        ],
        [
          graph('Suggestions', [
            ownMetric(this, METRIC.suggestionsMade, Stats.SUM, HOUR),
            ownMetric(this, METRIC.suggestionsApplied, Stats.SUM, HOUR),
          ]),
          graph('Logins to Actual servers', [ownMetric(this, METRIC.logins, Stats.SUM, HOUR)]),
          graph('Calls of the API', [
            api.metricCount({ period: HOUR, statistic: Stats.SUM }),
            api.metricClientError({ period: HOUR, statistic: Stats.SUM }),
            api.metricServerError({ period: HOUR, statistic: Stats.SUM }),
          ]),
        ],
      ],
    });
  }

  /** All metrics of this name by the hour, one for each value of the dimensions that occurs. */
  private search(name: string, dimensions: string, statistic: string): IMetric {
    const schema = `${Stack.of(this).stackName},${METRIC_SERVICE.name},${dimensions}`;
    return new MathExpression({
      expression: `SEARCH('{${schema}} MetricName="${name}"', '${statistic}', ${HOUR.toSeconds()})`,
      label: '',
      period: HOUR,
      usingMetrics: {},
    });
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: THIRD });
}
