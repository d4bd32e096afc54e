import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENV, INDEX, RETRIED_ONCE, RETRIED_WITH_BACKOFF, STATE } from '../../functions/names.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { type Synthesized, synthesizedStack, type Template } from './assembly.ts';

/** What is deployed, read off the synthesized template. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

const ofType = (type: string) =>
  Object.entries(made.template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));

/** Properties of a resource as the running stack sees them. */
function resolved(type: string, id: string): Readonly<Record<string, unknown>> {
  const found = made.stack.resources.find(
    (resource) => resource.type === type && resource.logicalId.includes(id),
  );
  return found?.properties ?? {};
}

function functionOf(handler: string): string | undefined {
  const name = `Functions${pascalCase(handler)}Function`;
  return made.stack.resources.find(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.slice(0, -8) === name,
  )?.physicalId;
}

/** The function that letters of this queue are put back to, as the stack's output says. */
function putBackFrom(queueArn: string): string | undefined {
  const letters: readonly { readonly queueUrl: string; readonly functionName: string }[] =
    JSON.parse(String(made.stack.outputs.DeadLetters));
  const queue = made.stack.resources.find(({ arn }) => arn === queueArn);
  return letters.find(({ queueUrl }) => queueUrl === queue?.physicalId)?.functionName;
}

const pascalCase = (text: string) =>
  text.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());

describe('the API', () => {
  it('asks for a signature on every route, unknown ones included', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      '$default',
      'GET /budgets/{budgetId}/snapshots',
      'GET /budgets/{budgetId}/snapshots/{snapshotId}/download',
      'GET /budgets/{budgetId}/suggestions',
      'GET /jobs',
      'GET /jobs/{jobId}',
      'GET /jobs/{jobId}/events',
      'GET /openapi.json',
      'PATCH /budgets/{budgetId}/suggestions',
      'PATCH /budgets/{budgetId}/suggestions/{suggestionId}',
      'POST /jobs',
      'POST /jobs/{jobId}/cancel',
      'POST /jobs/{jobId}/retry',
    ]);
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(
      new Set(['AWS_IAM']),
    );
  });

  it('logs which route was called and what came of it, by names that an HTTP API knows', () => {
    const [stage] = ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties);
    const { Format } = Object(stage?.AccessLogSettings);
    expect(JSON.parse(Format)).toMatchObject({
      requestId: '$context.requestId',
      route: '$context.routeKey',
      path: '$context.path',
      status: '$context.status',
      integrationError: '$context.integrationErrorMessage',
    });
    expect(Format).not.toContain('resourcePath');
  });
});

describe('what has to survive', () => {
  const typesIn = ({ Resources }: Template) =>
    Object.values(Resources)
      .map(({ Type }) => Type)
      .sort();

  it('is in a stack of its own that cannot be destroyed by mistake, and that nothing else is in', () => {
    expect(typesIn(made.state)).toEqual([
      'AWS::DynamoDB::GlobalTable',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SecretsManager::Secret',
      'AWS::SecretsManager::Secret',
    ]);
    expect(made.isProtected('ActualJobsState')).toBe(true);
    expect(made.isProtected('ActualJobs')).toBe(false);
  });

  it('outlives even that stack', () => {
    const gone = Object.values(made.state.Resources).filter(
      ({ DeletionPolicy, UpdateReplacePolicy }) =>
        DeletionPolicy !== 'Retain' || UpdateReplacePolicy !== 'Retain',
    );
    expect(gone.map(({ Type }) => Type)).toEqual(['AWS::S3::BucketPolicy']);
  });

  it('can be taken out of the configuration: nothing of it is exported', () => {
    expect(JSON.stringify(made.state)).not.toContain('"Export"');
    expect(JSON.stringify(made.template)).not.toContain('Fn::ImportValue');
    expect(JSON.stringify(made.template)).toContain('Fn::GetStackOutput');
  });

  it('is protected from deletion, and can be restored to any second of 35 days', () => {
    const [replica] = Object(
      made.stack.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable')?.properties,
    ).Replicas;
    expect(replica).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 35,
      },
    });
  });
});

describe('the table', () => {
  const table = () =>
    made.stack.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');

  it('has the indexes that the store names', () => {
    const indexes = table()?.properties.GlobalSecondaryIndexes as readonly {
      readonly IndexName: string;
      readonly KeySchema: readonly { readonly AttributeName: string }[];
    }[];
    expect(
      indexes.map(({ IndexName, KeySchema }) => [
        IndexName,
        ...KeySchema.map(({ AttributeName }) => AttributeName),
      ]),
    ).toEqual(Object.values(INDEX).map((index) => [index.name, index.partitionKey, index.sortKey]));
  });

  it('expires items, and streams their keys', () => {
    expect(table()?.properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });
});

describe('the bucket', () => {
  const bucket = () => ofType('AWS::S3::Bucket')[0];

  it('is private and encrypted', () => {
    expect(bucket()).toMatchObject({
      Properties: {
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });
});

describe('the stream', () => {
  const mapping = (reader = 'Dispatch') =>
    ofType('AWS::Lambda::EventSourceMapping').find(({ id }) => id.includes(reader))?.Properties;

  it('wakes dispatch for a new place in line and for a lock given back, and for nothing else', () => {
    const { Filters } = (mapping()?.FilterCriteria ?? { Filters: [] }) as {
      readonly Filters: readonly { Pattern: string }[];
    };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { SK: { S: [{ prefix: 'QUEUE#' }] } } } },
      { eventName: ['REMOVE'], dynamodb: { Keys: { SK: { S: ['RUNNING'] } } } },
    ]);
  });

  it('starts at its beginning, and holds nobody up for long with what keeps failing', () => {
    expect(mapping()).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 3600,
    });
  });

  it('sets aside what keeps failing, and a sweep makes up for it', () => {
    const found = resolved('AWS::Lambda::EventSourceMapping', 'Dispatch');
    const { Destination } = Object(Object(found.DestinationConfig).OnFailure);
    expect(Destination).toContain(':sqs:');
    expect(putBackFrom(Destination)).toBe(functionOf('sweep'));
  });
});

describe("the stream's other reader", () => {
  const found = () => resolved('AWS::Lambda::EventSourceMapping', 'Announce');

  it('announces the ends of jobs, one at a time, and tries for an hour', () => {
    const { Filters } = Object(found().FilterCriteria);
    expect(Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { SK: { S: [{ prefix: 'END#' }] } } } },
    ]);
    expect(found()).toMatchObject({ BatchSize: 1, MaximumRecordAgeInSeconds: 3600 });
    expect(found()).not.toHaveProperty('MaximumRetryAttempts');
  });

  it('sets aside what keeps failing, to be put back to itself', () => {
    const { Destination } = Object(Object(found().DestinationConfig).OnFailure);
    expect(putBackFrom(Destination)).toBe(functionOf('announce'));
  });
});

describe('what comes without a caller', () => {
  const config = (handler: string) =>
    made.stack.resources.find(
      ({ type, properties }) =>
        type === 'AWS::Lambda::EventInvokeConfig' &&
        properties.FunctionName === functionOf(handler),
    )?.properties;
  const ruleFor = (handler: string) => {
    const arn = made.stack.resources.find(
      ({ physicalId }) => physicalId === functionOf(handler),
    )?.arn;
    const targets = made.stack.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .flatMap(({ properties }) => [properties.Targets].flat().map(Object));
    return targets.find((target) => target.Arn === arn);
  };

  it('the end of an execution is told however it ended', () => {
    const patterns = made.stack.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .map(({ properties }) => Object(properties.EventPattern));
    const told = patterns.filter(({ source }) => String(source) === 'aws.states');
    const machine = made.stack.resources.find(
      ({ type }) => type === 'AWS::StepFunctions::StateMachine',
    );
    // Those of the account's other machines are nobody's here.
    expect(told).toEqual([
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [machine?.arn],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    ]);
  });

  it('of the end of an execution the name and the status are told, and nothing that it was given', () => {
    expect(Object.keys(ruleFor('settle-execution').InputTransformer.InputPathsMap)).toEqual([
      'detail-name',
      'detail-status',
    ]);
  });

  it('the end of an execution is told for an hour, and set aside then, wherever it was stuck', () => {
    const rule = ruleFor('settle-execution');
    const bounds = { MaximumEventAgeInSeconds: 3600 };
    // The most that EventBridge takes: fewer might end before the hour does.
    expect(rule.RetryPolicy).toEqual({ ...bounds, MaximumRetryAttempts: 185 });
    const queue = rule.DeadLetterConfig.Arn;
    expect(config('settle-execution')).toMatchObject({
      ...bounds,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
    expect(putBackFrom(queue)).toBe(functionOf('settle-execution'));
  });

  it('a sweep that fails is neither tried again nor kept: the next one does its work', () => {
    const bounds = { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0 };
    expect(ruleFor('sweep').RetryPolicy).toEqual(bounds);
    expect(config('sweep')).toMatchObject(bounds);
  });

  it('each function that is called by an event has a bound and, but for the sweep, a queue', () => {
    const called = made.stack.resources.flatMap(({ type, properties }) =>
      type === 'AWS::Lambda::Permission' &&
      /^(events|scheduler)\./.test(String(properties.Principal))
        ? [String(properties.FunctionName)]
        : [],
    );
    expect(called.length).toBeGreaterThan(1);
    for (const arn of called) {
      const name = arn.split(':').at(-1);
      const found = made.stack.resources.find(
        ({ type, properties }) =>
          type === 'AWS::Lambda::EventInvokeConfig' && properties.FunctionName === name,
      );
      expect(found?.properties.MaximumEventAgeInSeconds).toBeLessThanOrEqual(21_600);
      const isSweep = name === functionOf('sweep');
      expect(found?.properties.DestinationConfig !== undefined, name).toBe(!isSweep);
    }
  });

  it('every queue is kept for 14 days, and is named to npm run redrive', () => {
    const queues = made.stack.resources.filter(({ type }) => type === 'AWS::SQS::Queue');
    expect(queues).toHaveLength(3);
    for (const { arn, properties } of queues) {
      expect(properties.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(putBackFrom(arn)).toBeDefined();
    }
  });
});

describe('functions', () => {
  it('there is one for each file in handlers, and none without', () => {
    const files = readdirSync(join(import.meta.dirname, '../../functions/handlers'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.replace('.ts', ''));
    const notFunctions = [
      'actual',
      'clients',
      'environment',
      'invocation',
      'guarded',
      'logger',
      'metrics',
      'proposing',
      'settle-event',
      'step-event',
      'step-invocation',
    ];
    const names = Object.values(HANDLERS).flatMap((spec) =>
      'fileWithModel' in spec ? [spec.name, spec.fileWithModel] : [spec.name],
    );
    expect([...names].sort()).toEqual(files.filter((file) => !notFunctions.includes(file)).sort());
  });

  it.each(Object.values(HANDLERS))(
    '$name gets the environment that it reads',
    ({ name, environment }) => {
      const text = made.bundle(name).toString('utf8');
      const read = Object.entries(ENV)
        .filter(
          ([key]) =>
            new RegExp(`readEnvironment|\\("${key}"`).test(text) && text.includes(`"${key}"`),
        )
        .map(([, variable]) => variable);
      expect([...environment].sort()).toEqual(expect.arrayContaining(read.sort()));
    },
  );

  it('that have whole budgets in their memory give it back as soon as it is freed', () => {
    const holders = ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('"MALLOC_MMAP_THRESHOLD_":'))
      .map(({ id }) => id.slice(0, -8));
    const names = ['sync', 'apply', 'snapshot', 'suggestions'].map(pascalCase);
    expect(holders.sort()).toEqual(names.map((name) => `Functions${name}Function`).sort());
  });

  it.each(Object.values(HANDLERS).filter((handler) => !('worker' in handler)))(
    "$name carries nothing of Actual's library",
    ({ name }) => {
      expect(made.bundle(name).includes('@actual-app/api')).toBe(false);
      expect(made.bundle(name).includes('better-sqlite3')).toBe(false);
    },
  );
});

describe('a language model that is not configured', () => {
  it('leaves no secret, no right and no variable behind', () => {
    expect(ofType('AWS::SecretsManager::Secret')).toHaveLength(2);
    expect(JSON.stringify(made.template)).not.toMatch(/bedrock|MODEL/);
  });

  it.each(Object.values(HANDLERS))('makes the bundle of $name no larger', ({ name }) => {
    // What the package that asks names its errors by, and what the providers are called.
    const ofAModel = ['vercel.ai', 'ai-sdk'];
    expect(ofAModel.filter((text) => made.bundle(name).includes(text))).toEqual([]);
  });

  it('leaves the bundle of suggestions as small as it was', () => {
    expect(made.bundle('suggestions').length).toBeLessThan(650_000);
  });
});

describe('JobWorkflow', () => {
  const machine = () =>
    made.stack.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine')
      ?.properties;
  const definition = () => JSON.parse(String(machine()?.DefinitionString));
  const tasks = () =>
    Object.entries<{
      readonly Type: string;
      readonly Catch?: readonly {
        readonly ErrorEquals: readonly string[];
        readonly Next: string;
      }[];
      readonly Retry: readonly {
        readonly ErrorEquals: readonly string[];
        readonly MaxAttempts: number;
      }[];
      readonly Parameters: { readonly Payload: Readonly<Record<string, string>> };
    }>(definition().States).filter(([, state]) => state.Type === 'Task');

  it('gives each step as long as Lambda has', () => {
    const steps = made.stack.resources.filter(({ logicalId }) =>
      /^Functions(Sync|Suggestions|Apply|Snapshot)Function[0-9A-F]{8}$/.test(logicalId),
    );
    expect(steps.map(({ properties }) => properties.Timeout)).toEqual([900, 900, 900, 900]);
  });

  it('logs which states an execution went through, and nothing of what they were given', () => {
    expect(machine()?.LoggingConfiguration).toMatchObject({
      Level: 'ALL',
      IncludeExecutionData: false,
    });
  });

  it('is a valid definition with the states that everybody names', () => {
    expect(aslValidator(definition()).isValid).toBe(true);
    expect(Object.keys(definition().States).sort()).toEqual(Object.values(STATE).sort());
  });

  it('catches every error of a step and settles the job', () => {
    for (const [name, state] of tasks()) {
      if (name.startsWith('Settle')) continue;
      expect(state.Catch?.at(-1)).toMatchObject({
        ErrorEquals: ['States.ALL'],
        Next: STATE.settleFailed,
      });
    }
  });

  it('tries again what is transient with backoff, and once what is not', () => {
    for (const [name, state] of tasks()) {
      if (name.startsWith('Settle')) continue;
      const attempts = (error: string) =>
        state.Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts;
      for (const error of RETRIED_WITH_BACKOFF) {
        expect(attempts(error)).toBe(name.startsWith('Scheduled') ? 3 : 2);
      }
      for (const error of RETRIED_ONCE) expect(attempts(error)).toBe(1);
      expect(attempts('Lambda.TooManyRequestsException')).toBeGreaterThan(1);
    }
  });

  it('writes the end of a job again and again where that fails, and tells how it failed', () => {
    const settling = tasks().filter(([name]) => name.startsWith('Settle'));
    const retried = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 20 }];
    for (const [, { Retry }] of settling) expect(Retry).toMatchObject(retried);
    const ids = ['executionId.$', 'jobId.$', 'outcome', 'redriveCount.$'];
    expect(
      Object.fromEntries(
        settling.map(([name, { Parameters }]) => [name, Object.keys(Parameters.Payload).sort()]),
      ),
    ).toEqual({
      SettleSucceeded: ids,
      SettleFailed: [...ids, 'failure'].sort(),
    });
  });

  it('hands ids alone to the functions', () => {
    for (const [name, state] of tasks()) {
      const fields = Object.keys(state.Parameters.Payload).filter((field) => field !== 'step');
      if (name.startsWith('Settle')) continue;
      expect(fields.sort()).toEqual(['budgetId.$', 'executionId.$', 'jobId.$', 'redriveCount.$']);
    }
  });
});
