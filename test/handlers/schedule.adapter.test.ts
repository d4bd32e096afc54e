import './environment-variables.ts';

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../functions/handlers/logger.ts';
import { uuid } from '../domain/builders.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { gatewayEvent, jobIn, lambdaContext, send } from './gateway.ts';

/** The function that schedules call, as deployed: a real table, and events as EventBridge Scheduler fills them in. */

const ARN = 'arn:aws:scheduler:eu-central-1:111122223333:schedule/default/ActualJobs-Nightly';

let engine: Engine;
let schedule: (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;
let get: Parameters<typeof send>[0];
let budgets = 0xd00;
let budgetId = '';

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, 'Table');
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  ({ handler: schedule } = await import('../../functions/handlers/schedule.ts'));
  ({ handler: get } = await import('../../functions/handlers/get-job.ts'));
});

afterAll(() => engine.stop());

beforeEach(() => {
  budgetId = uuid(budgets++);
});

function delivered(changes: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const event = {
    scheduleArn: ARN,
    scheduledTime: '2027-01-31T02:00:00Z',
    schedule: 'nightly',
    budgetId,
    ...changes,
  };
  return schedule(event, lambdaContext());
}

async function created(changes?: Readonly<Record<string, unknown>>): Promise<string> {
  const { kind, jobId } = Object(await delivered(changes));
  expect(kind).toBe('created');
  return jobId;
}

describe('the schedule function', () => {
  it('puts the job in line that the schedule describes', async () => {
    const jobId = await created({ fullResync: true, bankSync: true, applyAtConfidence: 0.95 });
    const answer = await send(get, gatewayEvent({ pathParameters: { jobId } }));
    expect(jobIn(answer)).toMatchObject({
      type: 'scheduled_sync_and_suggest',
      budgetId,
      status: 'queued',
      metadata: {
        trigger: 'schedule',
        requestedBy: 'schedule/nightly',
        fullResync: true,
        bankSync: true,
        applyAtConfidence: 0.95,
      },
    });
  });

  it('knows a time that is delivered again, however it is written', async () => {
    const budgetOfTheFirst = { scheduledTime: '2027-02-01T02:00:00Z' };
    const jobId = await created(budgetOfTheFirst);
    const again = { kind: 'repeated', jobId };
    expect(await delivered(budgetOfTheFirst)).toEqual(again);
    expect(await delivered({ scheduledTime: '2027-02-01T02:00:00.000Z' })).toEqual(again);
  });

  it('tells schedules of the same time apart', async () => {
    await created({ scheduleArn: `${ARN}-one`, scheduledTime: '2027-02-02T02:00:00Z' });
    budgetId = uuid(budgets++);
    await created({ scheduleArn: `${ARN}-two`, scheduledTime: '2027-02-02T02:00:00Z' });
  });

  it('skips a time, and says so in the log, while the job before it waits in line', async () => {
    const jobId = await created({ scheduledTime: '2027-02-03T02:00:00Z' });
    const info = vi.spyOn(logger, 'info');
    const keys = vi.spyOn(logger, 'appendKeys');
    expect(await delivered({ scheduledTime: '2027-02-04T02:00:00Z' })).toEqual({
      kind: 'skipped',
      jobId,
    });
    expect(info).toHaveBeenCalledWith(expect.stringContaining('skipped'), { kind: 'skipped' });
    expect(keys).toHaveBeenCalledWith({ budgetId, schedule: 'nightly' });
    expect(keys).toHaveBeenCalledWith({ jobId });
  });

  it('says in the log which time a job was made for', async () => {
    const keys = vi.spyOn(logger, 'appendKeys');
    await created({ scheduledTime: '2027-02-05T02:00:00Z' });
    expect(keys).toHaveBeenCalledWith({ scheduledTime: '2027-02-05T02:00:00.000Z' });
  });

  it.each([
    { scheduledTime: '<aws.scheduler.scheduled-time>' },
    { scheduledTime: undefined },
    { scheduleArn: '' },
    { budgetId: 'My Finances' },
    { applyAtConfidence: 95 },
    { applyAtConfidence: -0.1 },
    { schedule: '' },
    { bankSync: 'yes' },
  ])('refuses %j without a word of it', async (wrong) => {
    await expect(delivered(wrong)).rejects.toMatchObject({
      name: 'INVALID_EVENT',
      message: 'The event has not the expected shape.',
    });
  });
});
