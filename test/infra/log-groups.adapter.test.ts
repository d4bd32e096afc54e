import { beforeAll, expect, it } from 'vitest';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** The names of log groups, of which most are made up by CloudFormation, and how long the groups are there. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

it('a log group that a service writes into by itself needs no place in the policy that the account has for them', () => {
  const written = Object.values(made.template.Resources).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::ApiGatewayV2::Stage') return groupIn(Properties?.AccessLogSettings);
    if (Type !== 'AWS::StepFunctions::StateMachine') return [];
    return groupIn(Properties?.LoggingConfiguration);
  });
  const names = written.map((id) => made.template.Resources[id]?.Properties?.LogGroupName);
  expect(names.sort()).toEqual([
    '/aws/vendedlogs/ActualJobs/AccessLogs',
    '/aws/vendedlogs/ActualJobs/WorkflowLogs',
  ]);
});

// Lambda would write into one of its own, which is kept for ever, and which the function has no right to.
it('each function writes into a log group of its own that is made here', () => {
  const written = Object.values(made.template.Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::Lambda::Function' ? [Object(Properties.LoggingConfig).LogGroup?.Ref] : [],
  );
  const types = written.map((id) => made.template.Resources[String(id)]?.Type);
  expect(new Set(types)).toEqual(new Set(['AWS::Logs::LogGroup']));
  expect(new Set(written).size).toBe(written.length);
});

// One that stayed would be in the way of the next deployment under its name.
it('a log group goes with its stack', () => {
  const groups = Object.values(made.template.Resources).filter(
    ({ Type }) => Type === 'AWS::Logs::LogGroup',
  );
  const policies = groups.map(({ DeletionPolicy, UpdateReplacePolicy }) =>
    [DeletionPolicy, UpdateReplacePolicy].join(),
  );
  expect(new Set(policies)).toEqual(new Set(['Delete,Delete']));
});

/** Logical ids of the log groups that settings name. */
function groupIn(settings: unknown): readonly string[] {
  const text = JSON.stringify(settings);
  return [...text.matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(([, id = '']) => id);
}
