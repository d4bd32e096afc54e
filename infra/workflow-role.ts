import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const TRACING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** May call the functions of the states as they are now, and log and trace: what services for that take no narrower right for. */
export function workflowRole(
  scope: Construct,
  id: string,
  { functions, tracing }: { readonly functions: readonly IFunction[]; readonly tracing: boolean },
): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  for (const [actions, resources] of [
    [['lambda:InvokeFunction'], functions.map((fn) => fn.functionArn)],
    [LOG_DELIVERY, ['*']],
    ...(tracing ? [[TRACING, ['*']] as const] : []),
  ] as const) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
  return role;
}
