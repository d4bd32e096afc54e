import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { readConfig } from '../../infra/config/config.ts';
import { Workflow } from '../../infra/workflow.ts';
import type { WorkflowFunction } from './workflow-functions.ts';

/** The definition of the product's state machine as it is synthesized, as JSON text; functions have simple names. */
export function synthesizedDefinition(): string {
  // Without one the CDK makes a folder that it leaves behind.
  const outdir = mkdtempSync(join(tmpdir(), 'definition-'));
  try {
    return definitionIn(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function definitionIn(outdir: string): string {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Simulation');
  const named = (name: WorkflowFunction) =>
    LambdaFunction.fromFunctionAttributes(stack, name, {
      functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      sameEnvironment: true,
    });
  const { retry, scheduledRetry, logDays, tracing } = readConfig(undefined);
  new Workflow(stack, 'Workflow', {
    sync: named('sync'),
    suggestions: named('suggestions'),
    apply: named('apply'),
    snapshot: named('snapshot'),
    settle: named('settle'),
    retry,
    scheduledRetry,
    logDays,
    tracing,
  });
  const [machine] = Object.values(
    Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'),
  );
  const parts: unknown = machine?.Properties.DefinitionString['Fn::Join']?.[1];
  if (!Array.isArray(parts)) throw new Error('The template has no definition of a state machine');
  return parts.map((part) => (typeof part === 'string' ? part : 'aws')).join('');
}
