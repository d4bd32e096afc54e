import { describe, expect, it } from 'vitest';
import type { Assembly } from '../../local/template/assembly.ts';
import { TemplateError } from '../../local/template/intrinsics.ts';
import { resolveStack } from '../../local/template/resolve.ts';

function resolved(properties: unknown, more: Record<string, unknown> = {}) {
  const assembly: Assembly = {
    stackName: 'Stack',
    template: {
      Resources: {
        Work: { Type: 'AWS::Lambda::Function', Properties: {} },
        Store: { Type: 'AWS::S3::Bucket', Properties: {} },
        Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} },
        Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: {} },
        Under: { Type: 'Test::Thing', Properties: { value: properties } },
      },
      ...more,
    },
    assetFolder: (key) => key,
  };
  const stack = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1:1' });
  return stack.resources.find(({ logicalId }) => logicalId === 'Under')?.properties.value;
}

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'Work' }, 'Work'],
    [{ Ref: 'Store' }, 'store'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Work', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:Work'],
    [{ 'Fn::GetAtt': 'Store.Arn' }, 'arn:aws:s3:::store'],
    [{ 'Fn::GetAtt': ['Machine', 'Name'] }, 'Machine'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Work' }, 'b']] }, 'a-Work-b'],
    [
      { 'Fn::Sub': '${AWS::AccountId}/${Work}/${Store.Arn}' },
      '000000000000/Work/arn:aws:s3:::store',
    ],
    [{ 'Fn::Sub': ['${x}!', { x: { Ref: 'Work' } }] }, 'Work!'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ deep: [{ er: { Ref: 'Work' } }] }, { deep: [{ er: 'Work' }] }],
    [{ keep: 1, drop: { Ref: 'AWS::NoValue' } }, { keep: 1 }],
    [
      { Ref: 'Work', not: 'a function' },
      { Ref: 'Work', not: 'a function' },
    ],
  ])('%j gives %j', (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it('takes the default of a parameter', () => {
    expect(resolved({ Ref: 'Size' }, { Parameters: { Size: { Default: 'big' } } })).toBe('big');
  });

  it.each([
    [{ 'Fn::ImportValue': 'x' }, 'Under.value uses Fn::ImportValue'],
    [{ Ref: 'Nowhere' }, 'refers to Nowhere'],
    [{ 'Fn::GetAtt': ['Work', 'Colour'] }, 'Work has no attribute Colour'],
    [{ 'Fn::Join': 'x' }, 'Under.value has not the expected form'],
  ])('%j is refused with what and where', (value, message) => {
    expect(() => resolved(value)).toThrow(TemplateError);
    expect(() => resolved(value)).toThrow(message);
  });
});
