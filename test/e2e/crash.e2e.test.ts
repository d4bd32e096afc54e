import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Serving } from './serving.ts';
import { processesOf } from './starting.ts';

/** The whole local stack killed in the middle of a job, and started again on the same data. */

let data: string;
let running: Serving | undefined;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'crash-'));
});

afterAll(async () => {
  await running?.kill();
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
});

async function started(): Promise<Serving> {
  running = new Serving(data);
  await running.ready();
  return running;
}

/** Of the Actual server that runs in the data folder; its guard names it too. */
async function actualServer(): Promise<number> {
  const lines = (await processesOf(data)).split('\n');
  const line = lines.find((one) => one.includes('actual-server.js') && !one.includes('guard.ts'));
  return Number.parseInt(line ?? '', 10);
}

it('a job that was running when the machine went down reaches its end, and so does the next one', async () => {
  const first = await started();
  const budgetId = /\/budgets\/([0-9a-f-]+)/.exec(first.screen)?.[1];
  const create = (type: string) => first.call('POST', '/jobs', { type, budgetId });
  // Without an answer of the server the job cannot end.
  process.kill(await actualServer(), 'SIGSTOP');
  const cut = await create('sync_and_suggest');
  const waiting = await create('budget_sync');
  const cutId = cut.body.job.id;
  await expect
    .poll(async () => (await first.call('GET', `/jobs/${cutId}`)).body.job.status)
    .toBe('running');
  await first.kill();

  const second = await started();
  for (const id of [cutId, waiting.body.job.id]) {
    expect((await second.ended(id)).job.status).toBe('succeeded');
  }

  const { body } = await second.call('GET', `/jobs/${cutId}/events`);
  const versions = body.events.map(({ version }: { version: number }) => version);
  expect(versions).toEqual(versions.map((_: number, index: number) => index + 1));
  expect(body.events.at(-1)).toMatchObject({ stepId: null, status: 'succeeded' });
  await second.stop();
});
