import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { BUCKET_PREFIX, JOB_EVENT } from '../functions/names.ts';
import type { Functions } from './functions.ts';
import type { Storage } from './storage.ts';
import { grantTableRights } from './table-rights.ts';

/** Who may do what: the rights of all functions, each with the actions that it uses and no others. */

export function grantRights(stack: {
  readonly functions: Functions;
  readonly storage: Storage;
  readonly stateMachine: StateMachine;
  /** What it takes to ask the language model, where there is one. */
  readonly model: readonly PolicyStatement[];
}): void {
  const { functions, storage, stateMachine, model } = stack;
  const { table, bucket, servers } = storage;
  grantTableRights(functions, table);
  grantAnnouncing(functions.get('announce'));

  for (const key of ['dispatch', 'sweep'] as const) {
    allow(functions.get(key), 'states:StartExecution', [stateMachine.stateMachineArn]);
    allow(functions.get(key), 'states:DescribeExecution', [executionsOf(stateMachine)]);
  }
  allow(functions.get('cancelJob'), 'states:StopExecution', [executionsOf(stateMachine)]);

  const { archives, extracts, kept } = BUCKET_PREFIX;
  const objects = (...prefixes: readonly string[]) =>
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
  for (const key of ['sync', 'apply', 'snapshot'] as const) {
    const worker = functions.get(key);
    const copies = key === 'snapshot' ? [kept] : [];
    const read = key === 'sync' ? [archives, extracts] : [archives];
    allow(worker, 's3:GetObject', objects(...read));
    allow(worker, 's3:PutObject', objects(archives, extracts, ...copies));
    allow(worker, 's3:DeleteObject', objects(archives, extracts, ...copies));
    const secrets = servers.flatMap(({ actual, session }) => [actual.secretArn, session.secretArn]);
    const sessions = servers.map(({ session }) => session.secretArn);
    allow(worker, 'secretsmanager:GetSecretValue', secrets);
    allow(worker, 'secretsmanager:PutSecretValue', sessions);
  }
  allow(functions.get('downloadSnapshot'), 's3:GetObject', objects(kept));
  allow(functions.get('suggestions'), 's3:GetObject', objects(extracts));
  // Without it S3 says of an object that is not there that it is forbidden, and a missing snapshot would be no such thing.
  for (const key of ['sync', 'apply', 'snapshot', 'suggestions'] as const) {
    allow(functions.get(key), 's3:ListBucket', [bucket.bucketArn]);
  }
  grantForgetting(functions.get('forget'), storage);
  for (const right of model) functions.get('suggestions').addToRolePolicy(right);
}

/** To put onto the account's bus events that say that a job ended, and no others. */
function grantAnnouncing(announce: IFunction): void {
  announce.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [
        Stack.of(announce).formatArn({
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
}

/** To find and delete whatever belongs to a budget, and to read nothing of what is in the bucket. */
function grantForgetting(forget: IFunction, { bucket }: Storage): void {
  const everything = Object.values(BUCKET_PREFIX).map((prefix) => `${prefix}*`);
  forget.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': everything } },
    }),
  );
  const objects = everything.map((keys) => bucket.arnForObjects(keys));
  allow(forget, 's3:DeleteObject', objects);
}

function allow(to: IFunction, action: string, resources: readonly string[]): void {
  to.addToRolePolicy(new PolicyStatement({ actions: [action], resources: [...resources] }));
}

function executionsOf(stateMachine: StateMachine): string {
  return stateMachine.stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
