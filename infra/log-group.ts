import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LogDays } from './config/retention.ts';

/** A log group that goes with its stack. */
export function logGroup(scope: Construct, id: string, retention: LogDays): LogGroup {
  return new LogGroup(scope, id, { retention, removalPolicy: RemovalPolicy.DESTROY });
}

/**
 * One that Step Functions or API Gateway writes into by itself. For a group of another name AWS adds a line to a policy of the
 * account that holds 5120 characters, and a deployment fails where it is full.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function deliveredLogGroup(scope: Construct, id: string, retention: LogDays): LogGroup {
  const logGroupName = `/aws/vendedlogs/${Stack.of(scope).stackName}/${id}`;
  return new LogGroup(scope, id, {
    logGroupName,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
