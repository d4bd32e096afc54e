import { beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS } from '../../infra/handlers.ts';
import { pascalCase, type Synthesized, synthesizedStack } from './assembly.ts';
import { allowedTo, universe } from './rights.ts';

/**
 * What each function may do, out of everything that could be attempted. That it may do what it does is seen on the local
 * stack, whose services let a function do what its role allows and nothing else.
 */

const inTransaction = (action: string, ...partitions: readonly string[]) =>
  partitions.map((partition) => `${action} ${partition} in a transaction`);
const query = (...partitions: readonly string[]) =>
  partitions.map((partition) => `Query ${partition}`);

const SUBMITTING = [
  ...query('JOB#'),
  ...inTransaction('PutItem', 'JOB#', 'BUDGET#', 'REQUEST#'),
  ...inTransaction('ConditionCheckItem', 'JOB#'),
];
const SETTLING = [
  ...query('JOB#'),
  ...inTransaction('PutItem', 'JOB#', 'ENDED#', 'BUDGET#'),
  ...inTransaction('DeleteItem', 'BUDGET#'),
];
const LOOKING = [
  ...query('BUDGET#'),
  ...inTransaction('ConditionCheckItem', 'JOB#'),
  ...['StartExecution machine', 'DescribeExecution execution'],
];
const DECIDING = [...query('SUGGESTIONS#'), ...inTransaction('PutItem', 'SUGGESTIONS#')];
const STREAM = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `${action} stream`,
);
const STEP = [
  ...query('JOB#', 'BUDGET#'),
  ...inTransaction('ConditionCheckItem', 'JOB#', 'BUDGET#'),
  ...inTransaction('PutItem', 'JOB#'),
  ...inTransaction('UpdateItem', 'BUDGET#'),
  // S3 says of an object that is not there that it is not there, to those who may list.
  ...['ListBucket bucket', 'ListBucket bucket under kept/'],
];
const WORKER = [
  ...STEP,
  ...query('SERVER#'),
  ...inTransaction('PutItem', 'BUDGET#'),
  ...inTransaction('UpdateItem', 'SERVER#'),
  ...['GetObject archives/', 'PutObject archives/', 'DeleteObject archives/'],
  ...['PutObject extracts/', 'DeleteObject extracts/'],
  ...[
    'GetSecretValue ActualSecret',
    'GetSecretValue SessionSecret',
    'PutSecretValue SessionSecret',
  ],
];

const MAY: Readonly<Record<(typeof HANDLERS)[keyof typeof HANDLERS]['name'], readonly string[]>> = {
  'create-job': SUBMITTING,
  'retry-job': [...SUBMITTING, ...query('REQUEST#')],
  'cancel-job': [
    ...query('JOB#'),
    ...inTransaction('PutItem', 'JOB#', 'ENDED#'),
    ...inTransaction('DeleteItem', 'BUDGET#'),
    'StopExecution execution',
  ],
  'list-jobs': query('JobsByBudget', 'JobsByType', 'JobsByStatus'),
  'get-job': query('JOB#'),
  'list-job-events': [...query('JOB#'), ...inTransaction('ConditionCheckItem', 'JOB#')],
  'list-suggestions': query('SuggestionsByStatus'),
  'patch-suggestion': DECIDING,
  'patch-suggestions': ['BatchGetItem SUGGESTIONS#', ...inTransaction('PutItem', 'SUGGESTIONS#')],
  'list-snapshots': query('BUDGET#'),
  'download-snapshot': [...query('BUDGET#'), 'GetObject kept/'],
  'get-openapi': [],
  'unknown-route': [],
  dispatch: [...SETTLING, ...LOOKING, ...STREAM, 'SendMessage DispatchDeadLetters'],
  announce: [
    ...query('JOB#', 'ENDED#'),
    ...STREAM,
    'SendMessage AnnounceDeadLetters',
    'PutEvents actual-jobs Job Failed',
  ],
  schedule: [
    ...query('JOB#', 'BUDGET#'),
    ...inTransaction('PutItem', 'JOB#', 'BUDGET#', 'REQUEST#'),
    ...inTransaction('ConditionCheckItem', 'JOB#'),
    'SendMessage DeadLetters',
  ],
  settle: SETTLING,
  'settle-execution': [...SETTLING, 'SendMessage SettleDeadLetters'],
  sweep: [...SETTLING, ...LOOKING, ...query('OpenWork')],
  forget: [
    ...query('JOB#', 'BUDGET#', 'SUGGESTIONS#', 'JobsByBudget'),
    ...inTransaction('DeleteItem', 'JOB#', 'ENDED#', 'BUDGET#', 'SUGGESTIONS#'),
    ...['DeleteObject archives/', 'DeleteObject extracts/', 'DeleteObject kept/'],
    'ListBucket bucket under kept/',
  ],
  sync: [
    ...WORKER,
    ...query('SUGGESTIONS#'),
    ...inTransaction('DeleteItem', 'SUGGESTIONS#'),
    'GetObject extracts/',
  ],
  apply: [...WORKER, ...query('SUGGESTIONS#'), ...inTransaction('PutItem', 'SUGGESTIONS#')],
  snapshot: [...WORKER, 'PutObject kept/', 'DeleteObject kept/'],
  suggestions: [
    ...STEP,
    ...query('SUGGESTIONS#'),
    ...inTransaction('PutItem', 'SUGGESTIONS#'),
    ...inTransaction('DeleteItem', 'SUGGESTIONS#'),
    'GetObject extracts/',
  ],
};

/**
 * Without one of them a deployment fails, or nothing is traced:
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
 */
const DELIVERED_BY_A_STATE_MACHINE = {
  logs: [
    ...['Create', 'Get', 'Update', 'Delete'].map((does) => `logs:${does}LogDelivery`),
    ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy'],
    ...['logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
  ],
  traces: [
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    ...['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
  ],
};

let made: Synthesized;

beforeAll(async () => {
  const schedule = {
    name: 'nightly',
    budgetId: '0193b2c4-8d7e-7f00-a000-000000000001',
    expression: 'rate(1 day)',
  };
  made = await synthesizedStack({ schedules: [schedule] });
});

/** The function of a handler, as the template calls it. */
const functionOf = (handler: string) =>
  made.stack.resources.find(
    ({ type, logicalId }) =>
      type === 'AWS::Lambda::Function' &&
      logicalId.slice(0, -8) === `Functions${pascalCase(handler)}Function`,
  );

/** What the roles of all functions say. */
const statements = () =>
  made.stack.resources
    .filter(({ type, logicalId }) => type === 'AWS::IAM::Policy' && /^Functions/.test(logicalId))
    .flatMap(({ properties }) => Object(properties.PolicyDocument).Statement);

/** Every function writes its own logs, and tells X-Ray of its invocations. */
const watched = (handler: string) => [
  ...['CreateLogStream', 'PutLogEvents'].map(
    (action) => `${action} ${pascalCase(handler)}FunctionLogs`,
  ),
  ...['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
];

describe('a function may do what is listed, and nothing else of all that there is', () => {
  it.each(Object.entries(MAY))('%s', (handler, may) => {
    const allowed = allowedTo(made.stack, functionOf(handler)?.physicalId ?? '');
    expect(allowed).toEqual([...may, ...watched(handler)].sort());
  });

  it('and all that there is, is much', () => {
    expect(universe(made.stack).length).toBeGreaterThan(1000);
  });

  // A right to do what nobody attempts here would be in none of the lists.
  it('and every action that a role names is attempted', () => {
    const attempted = new Set(universe(made.stack).map(({ attempt }) => attempt.action));
    const named = statements().flatMap(({ Action }) => [Action].flat());
    expect(named.filter((action) => !attempted.has(action))).toEqual([]);
  });
});

describe('what a function may do with everything', () => {
  it('is to put traces, and nothing else', () => {
    const everywhere = statements()
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => [Action].flat());
    expect(new Set(everywhere)).toEqual(
      new Set(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
    );
  });
});

describe('roles', () => {
  it('each function has one of its own', () => {
    const roles = Object.keys(MAY).map((handler) => functionOf(handler)?.properties.Role);
    expect(new Set(roles).size).toBe(Object.keys(HANDLERS).length);
  });

  it('no policy names actions by a wildcard, or everything but some', () => {
    const policies = made.stack.resources
      .filter(({ type }) => type === 'AWS::IAM::Policy' || type === 'AWS::IAM::Role')
      .map(({ properties }) => JSON.stringify(properties));
    for (const policy of policies) expect(policy).not.toMatch(/NotAction|NotResource|"\w+:\w*\*"/);
  });

  it("none has AWS's or somebody else's policies", () => {
    const attached = made.stack.resources.filter(
      ({ properties }) => properties.ManagedPolicyArns !== undefined,
    );
    expect(attached).toEqual([]);
  });

  it('the state machine calls the functions of its states, delivers its logs and traces, and does nothing else', () => {
    const [machine] = made.stack.resources.filter(
      ({ type }) => type === 'AWS::StepFunctions::StateMachine',
    );
    const role = made.stack.resources.find(({ arn }) => arn === machine?.properties.RoleArn);
    const allowed = made.stack.resources
      .filter(
        ({ type, properties }) =>
          type === 'AWS::IAM::Policy' && [properties.Roles].flat().includes(role?.physicalId),
      )
      .flatMap(({ properties }) => Object(properties.PolicyDocument).Statement);
    const states = ['sync', 'suggestions', 'apply', 'snapshot', 'settle'];
    expect(allowed).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: states.map((handler) => functionOf(handler)?.arn),
      },
      { Effect: 'Allow', Action: DELIVERED_BY_A_STATE_MACHINE.logs, Resource: '*' },
      { Effect: 'Allow', Action: DELIVERED_BY_A_STATE_MACHINE.traces, Resource: '*' },
    ]);
  });
});
