import type { ResolvedStack } from '../../local/runtime/contract.ts';

export const ARN = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/Nightly';

export interface Changes {
  readonly expression?: string;
  readonly ageHours?: number;
  readonly state?: string;
}

/** A stack with one schedule, whose function is told which time it is for and which try it is. */
export function nightly({
  expression = 'cron(0 3 * * ? *)',
  ageHours = 6,
  state,
}: Changes): ResolvedStack {
  return {
    stacks: new Map(),
    outputs: {},
    resources: [
      {
        logicalId: 'Nightly',
        type: 'AWS::Scheduler::Schedule',
        physicalId: 'Nightly',
        arn: ARN,
        properties: {
          ScheduleExpression: expression,
          ScheduleExpressionTimezone: 'UTC',
          State: state ?? 'ENABLED',
          Target: {
            Arn: 'schedule',
            Input:
              '{"arn":"<aws.scheduler.schedule-arn>","scheduledTime":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}',
            RetryPolicy: {
              MaximumEventAgeInSeconds: ageHours * 3600,
            },
          },
        },
      },
    ],
  };
}
