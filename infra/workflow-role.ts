import { CfnRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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

/**
 * That of version 0.1.0. Executions keep the role that they began with; under another name CloudFormation would make a new
 * one and delete theirs (https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html).
 */
const LOGICAL_ID = 'WorkflowJobWorkflowRole3D82F2C0';

/** May call the functions of the states as they are now, and log and trace: what services for that take no narrower right for. */
export function workflowRole(
  scope: Construct,
  id: string,
  { functions, tracing }: { readonly functions: readonly IFunction[]; readonly tracing: boolean },
): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  const { defaultChild: resource } = role.node;
  if (resource instanceof CfnRole) resource.overrideLogicalId(LOGICAL_ID);
  for (const [actions, resources] of [
    [['lambda:InvokeFunction'], functions.map((fn) => fn.functionArn)],
    [LOG_DELIVERY, ['*']],
    ...(tracing ? [[TRACING, ['*']] as const] : []),
  ] as const) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
  return role;
}
