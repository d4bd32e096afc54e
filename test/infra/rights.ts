import { BUCKET_PREFIX, INDEX, PARTITION } from '../../functions/names.ts';
import type { ResolvedStack, Resource } from '../../local/runtime/contract.ts';
import { Roles } from '../../local/runtime/rights/roles.ts';
import type { Attempt } from '../../local/runtime/rights/statement.ts';

/** Everything that somebody could attempt with the resources of a stack, and with those of others beside them. */

/** An attempt, and how a test calls it. */
interface Named {
  readonly name: string;
  readonly attempt: Attempt;
}

const PARTITIONS = [...Object.values(PARTITION), 'OTHER#'];
const INDEXES = Object.values(INDEX).map(({ name }) => name);
const PREFIXES = [...Object.values(BUCKET_PREFIX), 'other/'];

/** Actions by service: all that do something with what is ours, and some of each kind that nobody should have. */
const ACTIONS = {
  items: [
    ...['Query', 'GetItem', 'BatchGetItem', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem'],
    ...['ConditionCheckItem', 'BatchWriteItem', 'PartiQLSelect', 'PartiQLInsert'],
    ...['PartiQLUpdate', 'PartiQLDelete'],
  ],
  table: [
    ...['DescribeTable', 'UpdateTable', 'DeleteTable', 'CreateTable', 'UpdateTimeToLive'],
    ...['CreateBackup', 'DeleteBackup', 'RestoreTableToPointInTime', 'UpdateContinuousBackups'],
    ...['ExportTableToPointInTime', 'ImportTable', 'PutResourcePolicy', 'ListTables'],
  ],
  stream: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'],
  objects: [
    ...['GetObject', 'PutObject', 'DeleteObject', 'GetObjectVersion', 'DeleteObjectVersion'],
    ...['GetObjectAcl', 'PutObjectAcl', 'AbortMultipartUpload', 'PutObjectTagging'],
  ],
  bucket: [
    ...['ListBucket', 'ListBucketVersions', 'GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucket'],
    ...['PutLifecycleConfiguration', 'PutEncryptionConfiguration', 'GetBucketLocation'],
  ],
  secret: [
    ...['GetSecretValue', 'PutSecretValue', 'DescribeSecret', 'UpdateSecret', 'DeleteSecret'],
    ...['RotateSecret', 'BatchGetSecretValue', 'ListSecrets', 'PutResourcePolicy'],
  ],
  machine: [
    ...['StartExecution', 'StartSyncExecution', 'DescribeStateMachine', 'UpdateStateMachine'],
    ...['DeleteStateMachine', 'ListExecutions', 'SendTaskSuccess'],
  ],
  execution: ['DescribeExecution', 'StopExecution', 'GetExecutionHistory', 'RedriveExecution'],
  function: [
    ...['InvokeFunction', 'InvokeAsync', 'GetFunction', 'UpdateFunctionCode', 'DeleteFunction'],
    ...['UpdateFunctionConfiguration', 'AddPermission', 'PutFunctionConcurrency'],
  ],
  queue: [
    ...['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'PurgeQueue', 'GetQueueAttributes'],
    ...['GetQueueUrl', 'SetQueueAttributes', 'DeleteQueue'],
  ],
  topic: ['Publish', 'Subscribe', 'SetTopicAttributes', 'DeleteTopic'],
  logs: [
    ...['CreateLogStream', 'PutLogEvents', 'CreateLogGroup', 'DeleteLogGroup', 'GetLogEvents'],
    ...['FilterLogEvents', 'PutRetentionPolicy', 'StartQuery'],
  ],
  anywhere: [
    ...['iam:PassRole', 'iam:CreateRole', 'iam:PutRolePolicy', 'sts:AssumeRole', 'kms:Decrypt'],
    ...['bedrock:InvokeModel', 'cloudwatch:PutMetricData', 'cloudformation:DescribeStacks'],
    ...['ssm:GetParameter', 'scheduler:CreateSchedule', 'events:PutRule', 'ec2:RunInstances'],
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetTraceSummaries'],
  ],
} as const;

/** What a transaction may hold. */
const TRANSACTED: ReadonlySet<string> = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'GetItem'],
]);

/** What a function may do of all that, by name, and nothing else of it. */
export function allowedTo(stack: ResolvedStack, functionName: string): readonly string[] {
  const roles = new Roles(stack);
  return universe(stack)
    .filter(({ attempt }) => roles.allows(functionName, attempt))
    .map(({ name }) => name)
    .sort();
}

export function universe(stack: ResolvedStack): readonly Named[] {
  const of = (...types: readonly string[]) =>
    stack.resources.filter(({ type }) => types.includes(`${type}`));
  return [
    ...of('AWS::DynamoDB::GlobalTable').flatMap((table) => onTable(table.arn, '')),
    ...onTable('arn:aws:dynamodb:us-east-1:000000000000:table/Foreign', 'foreign '),
    ...of('AWS::S3::Bucket').flatMap((bucket) => onBucket(bucket.arn, '')),
    ...onBucket('arn:aws:s3:::foreign', 'foreign '),
    ...of('AWS::SecretsManager::Secret').flatMap((secret) =>
      each('secretsmanager', ACTIONS.secret, secret.arn, labelOf(secret)),
    ),
    ...each('secretsmanager', ACTIONS.secret, 'arn:aws:secretsmanager:::secret:foreign', 'foreign'),
    ...of('AWS::StepFunctions::StateMachine').flatMap(({ arn }) => onMachine(arn, '')),
    ...onMachine('arn:aws:states:us-east-1:000000000000:stateMachine:Foreign', 'foreign '),
    ...of('AWS::Lambda::Function').flatMap((one) =>
      each('lambda', ACTIONS.function, one.arn, labelOf(one)),
    ),
    ...of('AWS::SQS::Queue').flatMap((one) => each('sqs', ACTIONS.queue, one.arn, labelOf(one))),
    ...of('AWS::SNS::Topic').flatMap((one) => each('sns', ACTIONS.topic, one.arn, labelOf(one))),
    ...of('AWS::Logs::LogGroup').flatMap((one) =>
      each('logs', ACTIONS.logs, one.arn, labelOf(one)),
    ),
    ...onBus(),
    ...ACTIONS.anywhere.map((action) => ({
      name: action,
      attempt: { action, resource: '*' },
    })),
  ];
}

function onTable(arn: string, prefix: string): readonly Named[] {
  const keyed = PARTITIONS.flatMap((partition) =>
    ACTIONS.items.flatMap((action) =>
      (TRANSACTED.has(action) ? ['', ' in a transaction'] : ['']).map((enclosed) => ({
        name: `${prefix}${action} ${partition}${enclosed}`,
        attempt: {
          action: `dynamodb:${action}`,
          resource: arn,
          context: {
            'dynamodb:leadingkeys': [`${partition}some-id`],
            ...(enclosed === '' ? {} : { 'dynamodb:enclosingoperation': ['TransactWriteItems'] }),
          },
        },
      })),
    ),
  );
  const listed = INDEXES.flatMap((index) =>
    each('dynamodb', ACTIONS.items, `${arn}/index/${index}`, `${prefix}${index}`),
  );
  return [
    ...keyed,
    ...listed,
    ...each('dynamodb', ACTIONS.table, arn, `${prefix}table`),
    ...each('dynamodb', ACTIONS.stream, `${arn}/stream/local`, `${prefix}stream`),
  ];
}

function onBucket(arn: string, prefix: string): readonly Named[] {
  return [
    ...PREFIXES.flatMap((key) =>
      each('s3', ACTIONS.objects, `${arn}/${key}some-id`, `${prefix}${key}`),
    ),
    ...each('s3', ACTIONS.bucket, arn, `${prefix}bucket`),
    {
      name: `${prefix}ListBucket bucket under kept/`,
      attempt: { action: 's3:ListBucket', resource: arn, context: { 's3:prefix': ['kept/x/'] } },
    },
  ];
}

function onMachine(arn: string, prefix: string): readonly Named[] {
  const execution = `${arn.replace(':stateMachine:', ':execution:')}:some-id`;
  return [
    ...each('states', ACTIONS.machine, arn, `${prefix}machine`),
    ...each('states', ACTIONS.execution, execution, `${prefix}execution`),
  ];
}

function onBus(): readonly Named[] {
  const resource = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
  return [
    ['Job Failed', 'actual-jobs'],
    ['Other', 'actual-jobs'],
    ['Job Failed', 'aws.states'],
  ].map(([type = '', source = '']) => ({
    name: `PutEvents ${source} ${type}`,
    attempt: {
      action: 'events:PutEvents',
      resource,
      context: { 'events:source': [source], 'events:detail-type': [type] },
    },
  }));
}

function each(
  service: string,
  actions: readonly string[],
  resource: string,
  label: string,
): readonly Named[] {
  return actions.map((action) => ({
    name: `${action} ${label}`,
    attempt: { action: `${service}:${action}`, resource },
  }));
}

/** The logical id without its construct's name before and the hash behind. */
function labelOf({ logicalId }: Resource): string {
  return logicalId
    .replace(/^(Functions|Storage|Events|Schedules|Notices|Model|Workflow|Api)/, '')
    .replace(/[0-9A-F]{8}$/, '');
}
