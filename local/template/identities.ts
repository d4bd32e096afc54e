import { LOCAL_ACCOUNT, LOCAL_REGION } from '../runtime/contract.ts';

/** What a resource is called on this machine, by its type: its physical id, its ARN, its further attributes. */

export interface Identity {
  /** What `Ref` gives. */
  readonly physicalId: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
}

type Naming = (logicalId: string) => Identity;

const table: Naming = (name) => ({
  physicalId: name,
  arn: arn('dynamodb', `table/${name}`),
  attributes: { StreamArn: arn('dynamodb', `table/${name}/stream/local`), TableId: name },
});

const BY_TYPE: ReadonlyMap<string, Naming> = new Map<string, Naming>([
  ['AWS::DynamoDB::GlobalTable', table],
  ['AWS::DynamoDB::Table', table],
  [
    'AWS::Lambda::Function',
    (name) => ({ physicalId: name, arn: arn('lambda', `function:${name}`), attributes: {} }),
  ],
  [
    'AWS::StepFunctions::StateMachine',
    (name) => {
      const machine = arn('states', `stateMachine:${name}`);
      return { physicalId: machine, arn: machine, attributes: { Name: name } };
    },
  ],
  [
    'AWS::S3::Bucket',
    (name) => {
      const bucket = name.toLowerCase();
      return { physicalId: bucket, arn: `arn:aws:s3:::${bucket}`, attributes: {} };
    },
  ],
  [
    'AWS::SecretsManager::Secret',
    (name) => {
      const secret = arn('secretsmanager', `secret:${name}`);
      return { physicalId: secret, arn: secret, attributes: { Id: secret } };
    },
  ],
  [
    'AWS::SQS::Queue',
    (name) => ({
      physicalId: `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${name}`,
      arn: arn('sqs', name),
      attributes: { QueueName: name },
    }),
  ],
  [
    'AWS::SNS::Topic',
    (name) => {
      const topic = arn('sns', name);
      return { physicalId: topic, arn: topic, attributes: { TopicArn: topic, TopicName: name } };
    },
  ],
  [
    'AWS::IAM::Role',
    (name) => ({
      physicalId: name,
      arn: `arn:aws:iam::${LOCAL_ACCOUNT}:role/${name}`,
      attributes: { RoleId: name },
    }),
  ],
  [
    'AWS::Logs::LogGroup',
    (name) => ({ physicalId: name, arn: arn('logs', `log-group:${name}`), attributes: {} }),
  ],
  [
    'AWS::Events::Rule',
    (name) => ({ physicalId: name, arn: arn('events', `rule/${name}`), attributes: {} }),
  ],
  [
    'AWS::Scheduler::Schedule',
    (name) => ({
      physicalId: name,
      arn: arn('scheduler', `schedule/default/${name}`),
      attributes: {},
    }),
  ],
  [
    'AWS::ApiGatewayV2::Api',
    (name) => ({ physicalId: name, arn: arn('apigateway', name), attributes: { ApiId: name } }),
  ],
]);

/** Types that nothing else here needs more of than a name. */
export function identityOf(type: string, logicalId: string): Identity {
  const naming = BY_TYPE.get(type);
  return naming === undefined
    ? { physicalId: logicalId, arn: arn('cloudformation', logicalId), attributes: {} }
    : naming(logicalId);
}
