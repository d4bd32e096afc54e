import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCHEDULES_MAX } from '../../infra/config/schedule.ts';
import { Schedules } from '../../infra/schedules.ts';
import { LOCAL_ACCOUNT } from '../../local/runtime/contract.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** The schedules of a configuration, read off the synthesized template. */

const HOME = '0193b2c4-8d7e-7f00-a000-000000000001';
const NIGHTLY = {
  name: 'nightly',
  budgetId: HOME,
  expression: 'cron(0 3 * * ? *)',
  timeZone: 'Europe/Berlin',
  bankSync: true,
  applyAtConfidence: 0.95,
};
/** As soon as Lambda has the event in its own queue, the scheduler is done: these add up. */
const LAMBDA_QUEUE_SECONDS = 6 * 3600;
/** That the scheduler takes: fewer might end before the time does. */
const MOST_ATTEMPTS = 185;
const ANSWERED_SECONDS = 16 * 86_400;

let made: Synthesized;
let none: Synthesized;

beforeAll(async () => {
  [made, none] = await Promise.all([
    synthesizedStack({
      schedules: [NIGHTLY, { name: 'DeadLetters', budgetId: HOME, expression: 'rate(6 hours)' }],
    }),
    synthesizedStack(),
  ]);
});

const ofType = (type: string) => made.stack.resources.filter((resource) => resource.type === type);
const [nightly, other] = [
  () => ofType('AWS::Scheduler::Schedule')[0],
  () => ofType('AWS::Scheduler::Schedule')[1],
];
const target = () => Object(nightly()?.properties.Target);
const scheduleFunction = () =>
  made.stack.resources.find(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.includes('Schedule'),
  );

/** Of a stack of CloudFormation. */
const RESOURCES_MAX = 500;
/** What ten addresses of notices, origins of pages and their like add. */
const OTHERS_OF_A_CONFIGURATION = 50;

it('leaves room in the stack for as many schedules as a configuration may name', () => {
  const without = made.stack.resources.filter(({ type }) => type !== 'AWS::Scheduler::Schedule');
  expect(without.length + OTHERS_OF_A_CONFIGURATION + SCHEDULES_MAX).toBeLessThanOrEqual(
    RESOURCES_MAX,
  );
});

it('is warned of by its field where its one time is over, and of no other', () => {
  const stack = new Stack(new App(), 'Jobs');
  const schedule = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });
  const once = { budgetId: HOME, timeZone: 'Europe/Berlin' };
  new Schedules(stack, 'Schedules', {
    schedule,
    schedules: [
      { ...NIGHTLY },
      { ...once, name: 'past', expression: 'at(2020-01-31T03:00:00)' },
      { ...once, name: 'future', expression: 'at(9999-01-31T03:00:00)' },
    ],
  });
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  expect(warnings.map(({ entry }) => entry.data)).toEqual([
    expect.stringContaining(
      'schedules.1.expression: at(2020-01-31T03:00:00) in Europe/Berlin is over',
    ),
  ]);
});

describe('a schedule of the configuration', () => {
  it('fires exactly when it says, by the clocks that it names', () => {
    expect(nightly()?.properties).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
    expect(other()?.properties).toMatchObject({ ScheduleExpressionTimezone: 'UTC' });
  });

  it('tells the schedule function which schedule, which time, which budget and what to do', () => {
    expect(target().Arn).toBe(scheduleFunction()?.arn);
    expect(JSON.parse(target().Input)).toEqual({
      scheduleArn: '<aws.scheduler.schedule-arn>',
      scheduledTime: '<aws.scheduler.scheduled-time>',
      schedule: 'nightly',
      budgetId: HOME,
      bankSync: true,
      applyAtConfidence: 0.95,
    });
  });

  it('is tried again for half a day, however often that is, and set aside then', () => {
    expect(target().RetryPolicy).toEqual({
      MaximumEventAgeInSeconds: 12 * 3600,
      MaximumRetryAttempts: MOST_ATTEMPTS,
    });
    expect(target().DeadLetterConfig.Arn).toContain(':sqs:');
  });

  it('is set aside as well when the function failed at it', () => {
    const config = ofType('AWS::Lambda::EventInvokeConfig').find(
      ({ properties }) => properties.FunctionName === scheduleFunction()?.physicalId,
    );
    expect(config?.properties).toMatchObject({
      MaximumEventAgeInSeconds: LAMBDA_QUEUE_SECONDS,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: target().DeadLetterConfig.Arn } },
    });
  });

  it('is put back to the schedule function by hand', () => {
    const letters: readonly unknown[] = JSON.parse(String(made.stack.outputs.DeadLetters));
    const queue = ofType('AWS::SQS::Queue').find(
      ({ arn }) => arn === target().DeadLetterConfig.Arn,
    );
    expect(letters).toContainEqual({
      queueUrl: queue?.physicalId,
      functionName: scheduleFunction()?.physicalId,
    });
  });

  it('stays answered for longer than it can be delivered, by hand too', () => {
    const queue = ofType('AWS::SQS::Queue').find(
      ({ arn }) => arn === target().DeadLetterConfig.Arn,
    );
    const longest =
      target().RetryPolicy.MaximumEventAgeInSeconds +
      LAMBDA_QUEUE_SECONDS +
      Number(queue?.properties.MessageRetentionPeriod);
    expect(longest).toBeLessThan(ANSWERED_SECONDS);
  });

  it('may call the schedule function, set a message aside, and do nothing else, for this account alone', () => {
    const role = ofType('AWS::IAM::Role').find(({ arn }) => arn === target().RoleArn);
    expect(role?.properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': LOCAL_ACCOUNT } },
        },
      ],
    });
    const policies = ofType('AWS::IAM::Policy').filter(({ properties }) =>
      [properties.Roles].flat().includes(role?.physicalId),
    );
    const statements = policies.flatMap(({ properties }) =>
      Object(properties.PolicyDocument).Statement.map(
        ({ Action, Resource }: { readonly Action: string; readonly Resource: unknown }) => [
          Action,
          [Resource].flat(),
        ],
      ),
    );
    const { arn = '' } = scheduleFunction() ?? {};
    expect(statements).toEqual([
      ['lambda:InvokeFunction', [arn]],
      ['sqs:SendMessage', [target().DeadLetterConfig.Arn]],
    ]);
  });
});

describe('a stack without schedules', () => {
  it('has nothing of the scheduler', () => {
    const types = none.stack.resources.map(({ type }) => type);
    expect(types).not.toContain('AWS::Scheduler::Schedule');
    expect(none.stack.outputs.DeadLetters).not.toContain('Schedule');
  });
});
