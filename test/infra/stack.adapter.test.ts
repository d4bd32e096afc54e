import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { INDEX } from '../../functions/names.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { pascalCase, type Synthesized, synthesizedStack, type Template } from './assembly.ts';

/** What is deployed, read off the synthesized template. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

const ofType = (type: string) =>
  Object.entries(made.template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));

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

  it('is what its address leads to, as soon as it is deployed', () => {
    const stages = ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties);
    expect(stages).toMatchObject([{ StageName: '$default', AutoDeploy: true }]);
  });

  function accessLine(): string {
    const [stage] = ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties);
    return String(Object(stage?.AccessLogSettings).Format);
  }

  it('logs who called which route and what came of it, by names that an HTTP API knows', () => {
    const line = accessLine();
    expect(JSON.parse(line)).toMatchObject({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      sourceIp: '$context.identity.sourceIp',
      caller: '$context.identity.caller',
      subject: '$context.authorizer.claims.sub',
      route: '$context.routeKey',
      path: '$context.path',
      status: '$context.status',
      integrationError: '$context.integrationErrorMessage',
    });
    expect(line).not.toContain('resourcePath');
  });

  it('logs under which id Lambda tells how a function ended, and why a call never came to one', () => {
    expect(JSON.parse(accessLine())).toMatchObject({
      invocationId: '$context.integration.requestId',
      authorizerError: '$context.authorizer.error',
      refusedAs: '$context.error.responseType',
    });
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

  it('has whole items in the indexes that are listed, and keys alone in that of open work', () => {
    const indexes = table()?.properties.GlobalSecondaryIndexes as readonly {
      readonly IndexName: string;
      readonly Projection: unknown;
    }[];
    const { openWork, ...listed } = INDEX;
    expect(Object.fromEntries(indexes.map((index) => [index.IndexName, index.Projection]))).toEqual(
      {
        ...Object.fromEntries(
          Object.values(listed).map(({ name }) => [name, { ProjectionType: 'ALL' }]),
        ),
        [openWork.name]: { ProjectionType: 'KEYS_ONLY' },
      },
    );
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
      'outward',
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

  it('that have whole budgets in their memory give it back as soon as it is freed', () => {
    const holders = ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => {
        const { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ } = Object(
          Object(Properties.Environment).Variables,
        );
        return MALLOC_ARENA_MAX === '2' && MALLOC_MMAP_THRESHOLD_ === '131072';
      })
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
