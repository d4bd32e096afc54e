import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedCall } from './installation.ts';

/** The whole local stack killed in the middle of a job, and started again on the same data. */

const START = join(import.meta.dirname, '../../local/start.mjs');

let data: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'crash-'));
});

afterAll(async () => {
  running?.kill('SIGKILL');
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
});

interface Started {
  readonly child: ChildProcess;
  readonly call: (method: string, path: string, body?: unknown) => ReturnType<typeof signedCall>;
  readonly budgetId: string;
}

async function started(): Promise<Started> {
  const child = spawn(process.execPath, [START, '--data', data, '--port', '0']);
  running = child;
  const screen = await new Promise<string>((resolve, reject) => {
    let all = '';
    child.stdout.on('data', (chunk) => {
      all += chunk;
      if (all.includes('/budgets/')) resolve(all);
    });
    child.once('exit', () => reject(new Error(`It ended:\n${all}`)));
  });
  const url = /The API is at (\S+)/.exec(screen)?.[1] ?? '';
  const curlrc = await readFile(join(data, 'curlrc'), 'utf8');
  const [, accessKeyId = '', secretAccessKey = ''] = /"(\w+):(\S+)"/.exec(curlrc) ?? [];
  const credentials = { accessKeyId, secretAccessKey };
  return {
    child,
    call: (method, path, body) => signedCall(url, method, path, { body }, credentials),
    budgetId: /\/budgets\/([0-9a-f-]+)/.exec(screen)?.[1] ?? '',
  };
}

it('a job that was running when the machine went down reaches its end, and so does the next one', async () => {
  const first = await started();
  const { budgetId } = first;
  const create = (type: string) => first.call('POST', '/jobs', { type, budgetId });
  const cut = await create('sync_and_suggest');
  const waiting = await create('budget_sync');
  const cutPath = `/jobs/${cut.body.job.id}`;
  await expect
    .poll(async () => (await first.call('GET', cutPath)).body.job.status, { interval: 1 })
    .toBe('running');
  const gone = new Promise((resolve) => first.child.once('exit', resolve));
  first.child.kill('SIGKILL');
  await gone;

  const second = await started();
  const after = await second.call('GET', `${cutPath}?wait=20`);
  expect(after.body.job.status).toBe('succeeded');
  const next = await second.call('GET', `/jobs/${waiting.body.job.id}?wait=20`);
  expect(next.body.job.status).toBe('succeeded');

  const { body } = await second.call('GET', `${cutPath}/events`);
  const versions = body.events.map(({ version }: { version: number }) => version);
  expect(versions).toEqual(versions.map((_: number, index: number) => index + 1));
  expect(body.events.at(-1)).toMatchObject({ stepId: null, status: 'succeeded' });
  const end = new Promise((resolve) => second.child.once('exit', resolve));
  second.child.kill('SIGTERM');
  await end;
});
