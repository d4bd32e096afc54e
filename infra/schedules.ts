import { Annotations, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { ENV } from '../functions/names.ts';
import { writeAssetFile } from './asset-files.ts';
import type { ScheduleConfig } from './config/schedule.ts';
import { isOver } from './config/schedule-expression.ts';
import { type DeadLetters, deadLetters, setAside, TRIED_UNTIL_TOO_OLD } from './dead-letters.ts';

export interface SchedulesProps {
  readonly schedules: readonly ScheduleConfig[];
  readonly schedule: LambdaFunction;
}

/** In the asset of the function that deletes a budget's data: it does not while a schedule would make it anew. */
export const SCHEDULES_FILE = 'schedules.json';

/** Puts the names of schedules by budget, where there are some, into the assets of the functions that read them. */
export function writeSchedules(schedules: readonly ScheduleConfig[], bundles: string): void {
  const names = Object.groupBy(schedules, ({ budgetId }) => budgetId);
  const byBudget = Object.entries(names).map(
    ([budget, all = []]) => [budget, all.map(({ name }) => name)] as const,
  );
  const content = schedules.length === 0 ? undefined : Object.fromEntries(byBudget);
  writeAssetFile(bundles, ENV.schedules, SCHEDULES_FILE, content);
}

/** A night's sync is worth it in the morning still, and no later. */
const LATEST = Duration.hours(12);
/** The longest that Lambda keeps an event of its own queue, which the scheduler puts it into. */
const LATEST_IN_QUEUE = Duration.hours(6);

/** The schedules of the stack's configuration, each of which calls the schedule function with what to do. */
export class Schedules extends Construct {
  readonly deadLetters: readonly DeadLetters[];

  constructor(scope: Construct, id: string, { schedules, schedule }: SchedulesProps) {
    super(scope, id);
    this.deadLetters = schedules.length === 0 ? [] : [deadLetters(this, 'DeadLetters', schedule)];
    const [letters] = this.deadLetters;
    if (letters === undefined) return;
    // The scheduler's own retries end when the function was asked; these are for when it could not do it.
    schedule.configureAsyncInvoke({
      maxEventAge: LATEST_IN_QUEUE,
      retryAttempts: 2,
      onFailure: setAside(letters),
    });
    const role = this.role(schedule, letters);
    for (const [index, { name, expression, timeZone, ...work }] of schedules.entries()) {
      const made = new Schedule(this, `Schedule-${name}`, {
        description: `Sync and suggest: ${name}`,
        schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
        target: new LambdaInvoke(schedule, {
          role: role.withoutPolicyUpdates(),
          input: ScheduleTargetInput.fromObject({
            scheduleArn: ContextAttribute.scheduleArn,
            scheduledTime: ContextAttribute.scheduledTime,
            schedule: name,
            ...work,
          }),
          maxEventAge: LATEST,
          retryAttempts: TRIED_UNTIL_TOO_OLD,
          deadLetterQueue: letters.queue,
        }),
      });
      // Refused, it would stop each deployment after its time has come, too.
      if (isOver(expression, timeZone, new Date())) {
        Annotations.of(made).addWarningV2(
          'actual-jobs:schedule-is-over',
          `schedules.${index}.expression: ${expression} in ${timeZone} is over, so it makes no job. Give it a time that is still to come, or take the schedule out.`,
        );
      }
    }
  }

  /** May call the one function, and set aside what could not be delivered. */
  private role({ functionArn }: LambdaFunction, { queue }: DeadLetters): Role {
    const role = new Role(this, 'Role', {
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    for (const [action, resource] of [
      ['lambda:InvokeFunction', functionArn],
      ['sqs:SendMessage', queue.queueArn],
    ] as const) {
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    }
    return role;
  }
}
