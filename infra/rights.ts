import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { BUCKET_PREFIX, JOB_EVENT } from '../functions/names.ts';
import type { Functions } from './functions.ts';
import type { HandlerKey } from './handlers.ts';
import type { Storage } from './storage.ts';

/** Who may do what: all rights of all functions in one place, each with the actions that it uses and no others. */

const READ_TABLE: readonly HandlerKey[] = [
  'listJobs',
  'getJob',
  'listJobEvents',
  'listSuggestions',
  'listSnapshots',
  'downloadSnapshot',
  'announce',
];
const WRITE_TABLE: readonly HandlerKey[] = [
  'createJob',
  'cancelJob',
  'retryJob',
  'patchSuggestion',
  'patchSuggestions',
  'schedule',
  'dispatch',
  'settle',
  'settleExecution',
  'sweep',
  'sync',
  'apply',
  'snapshot',
  'suggestions',
];

/** A transaction needs the right of each kind of write that it holds. */
const WRITES = [
  'dynamodb:ConditionCheckItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
];

export function grantRights(stack: {
  readonly functions: Functions;
  readonly storage: Storage;
  readonly stateMachine: StateMachine;
  /** What it takes to ask the language model, where there is one. */
  readonly model: readonly PolicyStatement[];
}): void {
  const { functions, storage, stateMachine, model } = stack;
  const { table, bucket, servers } = storage;
  for (const key of READ_TABLE) table.grant(functions.get(key), 'dynamodb:Query');
  for (const key of WRITE_TABLE) table.grant(functions.get(key), 'dynamodb:Query', ...WRITES);

  functions.get('announce').addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [
        Stack.of(stateMachine).formatArn({
          service: 'events',
          resource: 'event-bus',
          resourceName: 'default',
        }),
      ],
      conditions: {
        'ForAllValues:StringEquals': {
          'events:source': JOB_EVENT.source,
          'events:detail-type': Object.values(JOB_EVENT.detailType),
        },
      },
    }),
  );

  for (const key of ['dispatch', 'sweep'] as const) {
    stateMachine.grantStartExecution(functions.get(key));
    functions.get(key).addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [executionsOf(stateMachine)],
      }),
    );
  }

  functions.get('cancelJob').addToRolePolicy(
    new PolicyStatement({
      actions: ['states:StopExecution'],
      resources: [executionsOf(stateMachine)],
    }),
  );

  const { archives, extracts, kept } = BUCKET_PREFIX;
  for (const key of ['sync', 'apply', 'snapshot'] as const) {
    const worker = functions.get(key);
    for (const prefix of [archives, extracts]) {
      bucket.grantRead(worker, `${prefix}*`);
      bucket.grantPut(worker, `${prefix}*`);
      bucket.grantDelete(worker, `${prefix}*`);
    }
    for (const { actual, session } of servers) {
      worker.addToRolePolicy(
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [actual.secretArn, session.secretArn],
        }),
      );
      worker.addToRolePolicy(
        new PolicyStatement({
          actions: ['secretsmanager:PutSecretValue'],
          resources: [session.secretArn],
        }),
      );
    }
  }
  bucket.grantPut(functions.get('snapshot'), `${kept}*`);
  bucket.grantDelete(functions.get('snapshot'), `${kept}*`);
  functions.get('downloadSnapshot').addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${kept}*`)],
    }),
  );
  bucket.grantRead(functions.get('suggestions'), `${extracts}*`);
  grantForgetting(functions.get('forget'), storage);
  for (const right of model) functions.get('suggestions').addToRolePolicy(right);
}

/** To find and delete whatever belongs to a budget, and to read nothing of what is in the bucket. */
function grantForgetting(forget: IFunction, { table, bucket }: Storage): void {
  table.grant(forget, 'dynamodb:Query', 'dynamodb:DeleteItem');
  const everything = Object.values(BUCKET_PREFIX).map((prefix) => `${prefix}*`);
  forget.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': everything } },
    }),
  );
  forget.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['s3:DeleteObject'],
      resources: everything.map((keys) => bucket.arnForObjects(keys)),
    }),
  );
}

function executionsOf(stateMachine: StateMachine): string {
  return stateMachine.stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
