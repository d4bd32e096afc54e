import { type Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_SERVICE } from '../functions/names.ts';

/**
 * A metric of the stack's own, as its functions say it: under the stack's name. CloudWatch knows it by all of its dimensions
 * together, and has nothing of it where one is missing.
 *
 * @param dimensions beside the one that all of them have.
 */
export function ownMetric(
  scope: Construct,
  metricName: string,
  statistic: string,
  period: Duration,
  dimensions: Readonly<Record<string, string>> = {},
): Metric {
  return new Metric({
    namespace: Stack.of(scope).stackName,
    metricName,
    dimensionsMap: { [METRIC_SERVICE.name]: METRIC_SERVICE.value, ...dimensions },
    statistic,
    period,
  });
}
