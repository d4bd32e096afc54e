import { LOCAL_ACCOUNT, LOCAL_REGION } from '../contract.ts';
import type { Fields } from '../fields.ts';
import type { Attempt } from './statement.ts';

/** What a call of a service attempts, in the words of IAM. */

/** Name of each table's partition key, and its ARN. */
export interface TableKeys {
  arnOf(tableName: string): string;
  partitionKeyOf(tableName: string): string;
}

const WRITES = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;

/** Each item of a transaction is an attempt by itself, which says in what it is enclosed; each key of a batch is one. */
export function dynamoDbAttempts(
  operation: string,
  input: Fields,
  tables: TableKeys,
): readonly Attempt[] {
  const { TransactItems } = input;
  if (Array.isArray(TransactItems)) {
    return TransactItems.flatMap((item: unknown) =>
      Object.entries(WRITES).flatMap(([kind, action]) => {
        const one: unknown = Object(item)[kind];
        return one === undefined ? [] : [itemAttempt(action, Object(one), tables, operation)];
      }),
    );
  }
  const { RequestItems } = input;
  if (operation === 'BatchGetItem') {
    return Object.entries(Object(RequestItems)).flatMap(([TableName, asked]) =>
      keysOf(asked).map((Key) => itemAttempt(operation, { TableName, Key }, tables)),
    );
  }
  return [itemAttempt(operation, input, tables)];
}

function keysOf(asked: unknown): readonly unknown[] {
  const { Keys } = Object(asked);
  return Array.isArray(Keys) ? Keys : [];
}

function itemAttempt(
  operation: string,
  input: Fields,
  tables: TableKeys,
  enclosing?: string,
): Attempt {
  const table = String(input.TableName);
  const arn = tables.arnOf(table);
  const key = leadingKeyOf(input, tables.partitionKeyOf(table));
  return {
    action: `dynamodb:${operation}`,
    resource: input.IndexName === undefined ? arn : `${arn}/index/${input.IndexName}`,
    context: {
      ...(key === undefined ? {} : { 'dynamodb:leadingkeys': [key] }),
      ...(enclosing === undefined ? {} : { 'dynamodb:enclosingoperation': [enclosing] }),
    },
  };
}

/** Of an item, of a key, or of the equation that a query begins with. */
function leadingKeyOf(input: Fields, partitionKey: string): string | undefined {
  const { Item, Key, KeyConditionExpression, ExpressionAttributeValues } = input;
  const own = Object(Object(Item ?? Key)[partitionKey]).S;
  if (own !== undefined) return String(own);
  const [, placeholder] = /= *(:\w+)/.exec(String(KeyConditionExpression ?? '')) ?? [];
  const value = Object(Object(ExpressionAttributeValues)[placeholder ?? '']).S;
  return value === undefined ? undefined : String(value);
}

/** @param path `/bucket/key`, or `/bucket` with a query that lists. */
export function s3Attempt(method: string, path: string): Attempt {
  const [, bucket = '', key = ''] = /^\/([^/?]+)\/?([^?]*)/.exec(path) ?? [];
  const arn = `arn:aws:s3:::${bucket}`;
  if (key === '') {
    const prefix = new URLSearchParams(path.split('?')[1]).get('prefix');
    return {
      action: 's3:ListBucket',
      resource: arn,
      ...(prefix === null ? {} : { context: { 's3:prefix': [prefix] } }),
    };
  }
  const action = S3_ACTIONS[method] ?? method;
  return { action: `s3:${action}`, resource: `${arn}/${decodeURIComponent(key)}` };
}

const S3_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

export function secretAttempts(operation: string, { SecretId }: Fields): readonly Attempt[] {
  return [{ action: `secretsmanager:${operation}`, resource: String(SecretId) }];
}

export function statesAttempts(operation: string, input: Fields): readonly Attempt[] {
  const { executionArn, stateMachineArn } = input;
  return [{ action: `states:${operation}`, resource: String(executionArn ?? stateMachineArn) }];
}

export function eventBridgeAttempts(operation: string, { Entries }: Fields): readonly Attempt[] {
  const entries: readonly unknown[] = Array.isArray(Entries) ? Entries : [];
  return entries.map((entry) => {
    const { EventBusName = 'default', Source, DetailType } = Object(entry);
    return {
      action: `events:${operation}`,
      resource: `arn:aws:events:${LOCAL_REGION}:${LOCAL_ACCOUNT}:event-bus/${EventBusName}`,
      context: { 'events:source': [String(Source)], 'events:detail-type': [String(DetailType)] },
    };
  });
}
