import { describe, expect, it } from 'vitest';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** What X-Ray is told of, read off the synthesized template. */

const ofType = ({ stack }: Synthesized, wanted: string) =>
  stack.resources.filter(({ type }) => type === wanted).map(({ properties }) => properties);

describe('traces', () => {
  it('are of every function and of the executions that call them', async () => {
    const made = await synthesizedStack();
    for (const { TracingConfig } of ofType(made, 'AWS::Lambda::Function')) {
      expect(TracingConfig).toEqual({ Mode: 'Active' });
    }
    expect(ofType(made, 'AWS::StepFunctions::StateMachine')).toMatchObject([
      { TracingConfiguration: { Enabled: true } },
    ]);
  });

  it('are of nothing where they are switched off, and nobody has a right to put any', async () => {
    const made = await synthesizedStack({ tracing: false });
    for (const properties of ofType(made, 'AWS::Lambda::Function')) {
      expect(properties).not.toHaveProperty('TracingConfig');
    }
    expect(ofType(made, 'AWS::StepFunctions::StateMachine')).toMatchObject([
      { TracingConfiguration: { Enabled: false } },
    ]);
    expect(JSON.stringify(made.template)).not.toContain('xray:');
  });
});
