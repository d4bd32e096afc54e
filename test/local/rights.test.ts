import { describe, expect, it } from 'vitest';
import type { Resource } from '../../local/runtime/contract.ts';
import {
  dynamoDbAttempts,
  eventBridgeAttempts,
  s3Attempt,
} from '../../local/runtime/rights/attempts.ts';
import { RightsGuard } from '../../local/runtime/rights/guard.ts';
import { Roles } from '../../local/runtime/rights/roles.ts';
import { type Attempt, parseStatement } from '../../local/runtime/rights/statement.ts';

const allow = (more: object = {}) =>
  parseStatement({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::b/kept/*',
    ...more,
  });
const get = (resource: string, context = {}): Attempt => ({
  action: 's3:GetObject',
  resource,
  context,
});

describe('a statement of a policy', () => {
  it.each([
    [
      'the action, whatever its letters',
      {},
      { ...get('arn:aws:s3:::b/kept/x'), action: 's3:getobject' },
      true,
    ],
    ['another action', {}, { ...get('arn:aws:s3:::b/kept/x'), action: 's3:GetObjectAcl' }, false],
    [
      'an action by a wildcard',
      { Action: ['s3:Put*', 's3:Get*'] },
      get('arn:aws:s3:::b/kept/x'),
      true,
    ],
    ['a resource elsewhere', {}, get('arn:aws:s3:::b/archives/x'), false],
    [
      'a resource that only begins like it',
      { Resource: 'arn:aws:s3:::b' },
      get('arn:aws:s3:::b/kept/x'),
      false,
    ],
    [
      'a letter by a question mark',
      { Resource: 'arn:aws:s3:::b/kept/?' },
      get('arn:aws:s3:::b/kept/x'),
      true,
    ],
    ['a point that is no letter', { Resource: 'arn:aws:s3:::b.c' }, get('arn:aws:s3:::bxc'), false],
  ])('matches by action and resource: %s', (_what, statement, attempt, matches) => {
    expect(allow(statement).matches(attempt)).toBe(matches);
  });

  const X = 'arn:aws:s3:::b/kept/x';
  it.each([
    ['StringEquals', ['a'], ['a'], true],
    ['StringEquals', ['a*'], ['ab'], false],
    ['StringEquals', ['a'], undefined, false],
    ['StringLike', ['a*'], ['ab'], true],
    ['ForAllValues:StringLike', ['a*', 'b*'], ['a1', 'b1'], true],
    ['ForAllValues:StringLike', ['a*', 'b*'], ['a1', 'c1'], false],
    ['ForAllValues:StringLike', ['a*'], undefined, true],
    ['ForAnyValue:StringEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringEquals', ['a'], ['b'], false],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ])('holds %s %j of %j: %s', (operator, wanted, given, matches) => {
    const statement = allow({ Condition: { [operator]: { 'Some:Key': wanted } } });
    expect(statement.matches(get(X, given === undefined ? {} : { 'some:key': given }))).toBe(
      matches,
    );
  });

  it.each([
    [{ NotAction: 's3:PutObject' }, 'NotAction'],
    [{ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }, 'IpAddress'],
    [{ Condition: { 'ForSome:StringLike': { a: 'b' } } }, 'ForSome:StringLike'],
    [{ Effect: undefined }, 'no effect'],
  ])('with %j is refused, instead of passed over', (more, message) => {
    expect(() => allow(more)).toThrow(message);
  });
});

const resource = (
  type: string,
  physicalId: string,
  properties: Record<string, unknown>,
): Resource => ({
  type,
  logicalId: physicalId,
  physicalId,
  arn: `arn:${physicalId}`,
  properties,
});
const document = (...Statement: readonly object[]) => ({ PolicyDocument: { Statement } });
const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const DENY = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*/secret' };
const stackOf = (...resources: readonly Resource[]) => ({
  stacks: new Map(),
  outputs: {},
  resources: [
    ...resources,
    resource('AWS::Lambda::Function', 'worker', { Role: 'arn:role' }),
    resource('AWS::Lambda::Function', 'idler', { Role: 'arn:idle' }),
    resource('AWS::IAM::Role', 'idle', {}),
  ],
});

describe('a role', () => {
  const inline = stackOf(resource('AWS::IAM::Role', 'role', { Policies: [document(READ, DENY)] }));
  const attached = stackOf(
    resource('AWS::IAM::Role', 'role', {}),
    resource('AWS::IAM::Policy', 'policy', { Roles: ['role'], ...document(READ, DENY) }),
  );

  it.each([
    ['of its own', inline],
    ['attached to it', attached],
  ])('allows what a policy %s does, but for what one denies', (_whose, stack) => {
    const roles = new Roles(stack);
    expect(roles.allows('worker', get('arn:x'))).toBe(true);
    expect(roles.allows('worker', get('arn:x/secret'))).toBe(false);
    expect(roles.allows('idler', get('arn:x'))).toBe(false);
    expect(roles.allows('nobody', get('arn:x'))).toBe(false);
  });

  it('that a function names has to be there', () => {
    expect(() => new Roles(stackOf())).toThrow('worker has no role');
  });

  it("with AWS's own policies is refused: what they say is not in the template", () => {
    const managed = resource('AWS::IAM::Role', 'role', { ManagedPolicyArns: ['arn:some'] });
    expect(() => new Roles(stackOf(managed))).toThrow('managed policies');
  });
});

describe('the guard', () => {
  const role = resource('AWS::IAM::Role', 'role', { Policies: [document(READ, DENY)] });

  it('refuses a call of which one attempt is refused, and tells which', () => {
    const refused: unknown[] = [];
    const guard = new RightsGuard(stackOf(role), (name, { resource: on }) =>
      refused.push([name, on]),
    );
    expect(guard.allows('worker', [get('arn:x')])).toBe(true);
    expect(guard.allows('worker', [get('arn:x'), get('arn:y/secret')])).toBe(false);
    expect(refused).toEqual([['worker', 'arn:y/secret']]);
  });

  it('lets the owner do everything', () => {
    expect(new RightsGuard(stackOf(role)).allows(undefined, [get('arn:y/secret')])).toBe(true);
  });
});

describe('what a call attempts', () => {
  const tables = { arnOf: () => 'arn:t', partitionKeyOf: () => 'PK' };
  const S = (text: string) => ({ S: text });

  it('a query, by the key that it begins with', () => {
    const input = {
      TableName: 't',
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':sk': S('STEP#'), ':pk': S('JOB#1') },
    };
    expect(dynamoDbAttempts('Query', input, tables)).toEqual([
      {
        action: 'dynamodb:Query',
        resource: 'arn:t',
        context: { 'dynamodb:leadingkeys': ['JOB#1'] },
      },
    ]);
    const [listed] = dynamoDbAttempts('Query', { ...input, IndexName: 'I' }, tables);
    expect(listed?.resource).toBe('arn:t/index/I');
  });

  it('a batch, key by key', () => {
    const RequestItems = { t: { Keys: [{ PK: S('JOB#1') }, { PK: S('BUDGET#1') }] } };
    expect(dynamoDbAttempts('BatchGetItem', { RequestItems }, tables)).toEqual(
      ['JOB#1', 'BUDGET#1'].map((key) => ({
        action: 'dynamodb:BatchGetItem',
        resource: 'arn:t',
        context: { 'dynamodb:leadingkeys': [key] },
      })),
    );
  });

  it('a transaction, item by item', () => {
    const TransactItems = [
      { Put: { TableName: 't', Item: { PK: S('JOB#1') } } },
      { Update: { TableName: 't', Key: { PK: S('JOB#2') } } },
      { Delete: { TableName: 't', Key: { PK: S('BUDGET#1') } } },
      { ConditionCheck: { TableName: 't', Key: { PK: S('BUDGET#2') } } },
    ];
    const context = (key: string) => ({
      'dynamodb:leadingkeys': [key],
      'dynamodb:enclosingoperation': ['TransactWriteItems'],
    });
    expect(dynamoDbAttempts('TransactWriteItems', { TransactItems }, tables)).toEqual([
      { action: 'dynamodb:PutItem', resource: 'arn:t', context: context('JOB#1') },
      { action: 'dynamodb:UpdateItem', resource: 'arn:t', context: context('JOB#2') },
      { action: 'dynamodb:DeleteItem', resource: 'arn:t', context: context('BUDGET#1') },
      { action: 'dynamodb:ConditionCheckItem', resource: 'arn:t', context: context('BUDGET#2') },
    ]);
  });

  it.each([
    ['GET', '/b/kept/a%20b?X-Amz-Expires=1', 's3:GetObject', 'arn:aws:s3:::b/kept/a b'],
    ['PUT', '/b/x', 's3:PutObject', 'arn:aws:s3:::b/x'],
    ['DELETE', '/b/x', 's3:DeleteObject', 'arn:aws:s3:::b/x'],
    ['GET', '/b/?list-type=2', 's3:ListBucket', 'arn:aws:s3:::b'],
  ])('%s %s', (method, path, action, on) => {
    expect(s3Attempt(method, path)).toEqual({ action, resource: on });
  });

  it('a listing, under its prefix', () => {
    expect(s3Attempt('GET', '/b?list-type=2&prefix=kept%2Fx%2F').context).toEqual({
      's3:prefix': ['kept/x/'],
    });
  });

  it('each event that is put', () => {
    const Entries = [{ Source: 'a', DetailType: 'b' }];
    expect(eventBridgeAttempts('PutEvents', { Entries })).toEqual([
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:us-east-1:000000000000:event-bus/default',
        context: { 'events:source': ['a'], 'events:detail-type': ['b'] },
      },
    ]);
  });
});
