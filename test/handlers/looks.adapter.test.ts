import './environment-variables.ts';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../functions/handlers/logger.ts';
import { uuid } from '../domain/builders.ts';
import { lambdaContext, post, send } from './gateway.ts';
import { record, startWorkflow, type Workflow } from './workflow.ts';

/** What an operator learns of looks at budgets: the numbers that alarms look at, and the budgets that could not be looked at. */

let workflow: Workflow;
let said: readonly (readonly unknown[])[];
let errors: readonly (readonly unknown[])[];

beforeAll(async () => {
  workflow = await startWorkflow();
});

afterAll(() => workflow.stop());

beforeEach(async () => {
  workflow.stepFunctions.refusal = undefined;
  workflow.stepFunctions.ended = undefined;
  await workflow.empty();
  said = vi.spyOn(Metrics.prototype, 'addMetric').mock.calls;
  errors = vi.spyOn(logger, 'error').mock.calls;
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function refusedLook(budgetId: string): Promise<readonly unknown[]> {
  await send(workflow.create, post({ type: 'budget_sync', budgetId }));
  workflow.stepFunctions.refusal = 'AccessDeniedException';
  const error = expect.objectContaining({ name: 'AccessDeniedException' });
  return ['look failed', { budgetId, error }];
}

const sweep = () => workflow.sweep({}, lambdaContext());

describe('the sweep', () => {
  it('that can look at no budget fails, and counts those in line all the same', async () => {
    const refused = await refusedLook(uuid(0xf1));
    await expect(sweep()).rejects.toMatchObject({ name: 'UNKNOWN' });
    expect(errors).toContainEqual(refused);
    expect(said).toContainEqual(['LineLength', 'Count', 1]);
    expect(said.map(([name]) => name)).not.toContain('Strays');
  });

  // Nothing waits behind it, and nothing of it is delivered: no other alarm looks at it.
  it('that can look at no job that runs fails, although no line has anything to say', async () => {
    await leftRunning(uuid(0xf7));
    workflow.stepFunctions.refusal = 'AccessDeniedException';
    await expect(sweep()).rejects.toMatchObject({ name: 'UNKNOWN' });
    expect(said).toEqual([]);
  });

  it('that is to make up for dead letters says how many budgets it could not look at', async () => {
    const refused = await refusedLook(uuid(0xf8));
    const answer = await workflow.sweep({ setAside: [{}] }, lambdaContext());
    expect(answer).toMatchObject({ budgets: 1, waiting: 1, started: 0, failed: 1 });
    expect(errors).toContainEqual(refused);
  });

  it.each([undefined, null, 'now', { setAside: 'none' }])(
    'goes whatever calls it: %j',
    async (event) => {
      expect(await workflow.sweep(event, lambdaContext())).toMatchObject({ failed: 0 });
    },
  );

  it('counts the jobs that it had to start', async () => {
    await send(workflow.create, post({ type: 'budget_sync', budgetId: uuid(0xf2) }));
    const { started } = Object(await sweep());
    expect(started).toBeGreaterThan(0);
    expect(said).toContainEqual(['Strays', 'Count', started]);
  });

  it('names in the log the job that it had to start', async () => {
    const lines = vi.spyOn(logger, 'info').mock.calls;
    const { body } = await send(
      workflow.create,
      post({ type: 'budget_sync', budgetId: uuid(0xf5) }),
    );
    await sweep();
    const { id: jobId, budgetId } = Object(body).job;
    expect(lines).toContainEqual(['looked', { jobId, budgetId, look: { kind: 'started' } }]);
  });
});

describe('the dispatch function', () => {
  it('says at which budget it could not look, and why', async () => {
    const budgetId = uuid(0xf3);
    const refused = await refusedLook(budgetId);
    await workflow.dispatch({ Records: [record(budgetId, '1')] }, lambdaContext());
    expect(errors).toContainEqual(refused);
  });
});

/** A job whose execution is over, and nobody has told. */
async function leftRunning(budgetId: string): Promise<string> {
  const { body } = await send(workflow.create, post({ type: 'budget_sync', budgetId }));
  await workflow.dispatch({ Records: [record(budgetId, '1')] }, lambdaContext());
  workflow.stepFunctions.ended = 'TIMED_OUT';
  return Object(body).job.id;
}

it.each([
  ['the sweep', () => sweep()],
  [
    'the dispatch function',
    () => workflow.dispatch({ Records: [record(uuid(0xf6), '2')] }, lambdaContext()),
  ],
])('%s names in the log the job that it had to settle', async (_what, look) => {
  const budgetId = uuid(0xf6);
  const jobId = await leftRunning(budgetId);
  const lines = vi.spyOn(logger, 'info').mock.calls;
  await look();
  expect(lines).toContainEqual(['looked', { jobId, budgetId, look: { kind: 'settled' } }]);
});
