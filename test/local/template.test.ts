import { describe, expect, it } from 'vitest';
import type { Assembly } from '../../local/template/assembly.ts';
import { TemplateError } from '../../local/template/intrinsics.ts';
import { resolveStack } from '../../local/template/resolve.ts';

const RUNTIME = { apiEndpoint: 'http://127.0.0.1:1' };

function assemblyOf(templates: Readonly<Record<string, Record<string, unknown>>>): Assembly {
  return {
    stacks: Object.entries(templates).map(([name, template]) => ({ name, template })),
    assetFolder: (key) => key,
  };
}

function resolved(properties: unknown, more: Record<string, unknown> = {}) {
  const Stack = {
    Resources: {
      Work: { Type: 'AWS::Lambda::Function', Properties: {} },
      Store: { Type: 'AWS::S3::Bucket', Properties: {} },
      Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} },
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: {} },
      Under: { Type: 'Test::Thing', Properties: { value: properties } },
    },
    ...more,
  };
  const State = {
    Resources: { Kept: { Type: 'AWS::S3::Bucket' } },
    Outputs: {
      Name: { Value: { Ref: 'Kept' } },
      Whose: { Value: { Ref: 'AWS::StackName' } },
    },
  };
  const stack = resolveStack(assemblyOf({ State, Stack }), RUNTIME);
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
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's placeholder
      { 'Fn::Sub': '${AWS::AccountId}/${Work}/${Store.Arn}' },
      '000000000000/Work/arn:aws:s3:::store',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's placeholder
    [{ 'Fn::Sub': ['${x}!', { x: { Ref: 'Work' } }] }, 'Work!'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::GetStackOutput': { StackName: 'State', OutputName: 'Name' } }, 'kept'],
    [{ 'Fn::GetStackOutput': { StackName: 'State', OutputName: 'Whose' } }, 'State'],
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
    [
      { 'Fn::GetStackOutput': { StackName: 'State', OutputName: 'Gone' } },
      'The stack State has no output Gone',
    ],
    [
      { 'Fn::GetStackOutput': { StackName: 'Nowhere', OutputName: 'Name' } },
      'The stack Nowhere has no output Name',
    ],
    [{ 'Fn::Join': 'x' }, 'Under.value has not the expected form'],
  ])('%j is refused with what and where', (value, message) => {
    expect(() => resolved(value)).toThrow(TemplateError);
    expect(() => resolved(value)).toThrow(message);
  });
});

describe('several stacks', () => {
  const Bucket = { Type: 'AWS::S3::Bucket' };

  it('are one on this machine, with the outputs of all, and of each by its name', () => {
    const { resources, outputs, stacks } = resolveStack(
      assemblyOf({
        State: { Resources: { Kept: Bucket }, Outputs: { Name: { Value: { Ref: 'Kept' } } } },
        Stack: { Resources: { Other: Bucket }, Outputs: { Url: { Value: 'there' } } },
      }),
      RUNTIME,
    );
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Kept', 'Other']);
    expect(outputs).toEqual({ Name: 'kept', Url: 'there' });
    expect(Object.fromEntries(stacks)).toEqual({
      State: { Name: 'kept' },
      Stack: { Url: 'there' },
    });
  });

  it('are refused where two resources would have one name', () => {
    const templates = {
      One: { Resources: { Same: Bucket } },
      Two: { Resources: { Same: Bucket } },
    };
    expect(() => resolveStack(assemblyOf(templates), RUNTIME)).toThrow(
      'Two stacks have a resource Same.',
    );
  });
});
