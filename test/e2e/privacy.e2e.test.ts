import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** A canary secret and a canary payee, driven through everything, turn up where they belong and nowhere else. */

const PAYEE = /canary grocer/i;

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
const answers: unknown[] = [];

beforeAll(async () => {
  const notices = { email: ['me@example.org'] };
  const [assembly, started] = await Promise.all([synthesized({ notices }), startActualServer()]);
  server = started;
  proxy = await proxyTo(server.url);
  const home = await householdDoes(server.url, [
    { do: 'create', transactions: 40 },
    { do: 'reset' },
  ]);
  product = await install({ assembly, serverUrl: proxy.url });
  const went = await product.run('sync_and_suggest', home);
  expect(went.job.status).toBe('succeeded');
  proxy.onRequest = (path) =>
    path.startsWith('/sync') ? { status: 500, body: 'canary grocer' } : 'pass';
  const failed = await product.run('sync_and_suggest', home);
  expect(failed.job.status).toBe('failed');
  await vi.waitFor(() => expect(product.events.length).toBeGreaterThan(1), PATIENCE_MS);
  for (const { job } of [went, failed]) {
    answers.push(await product.call('GET', `/jobs/${job.id}`));
    answers.push(await product.call('GET', `/jobs/${job.id}/events`));
  }
  answers.push(await product.call('GET', `/jobs?budgetId=${home}`));
  answers.push(
    await product.call('POST', '/jobs', {
      body: { type: 'budget_sync', budgetId: home, 'canary grocer': 1 },
    }),
  );
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

const executions = () =>
  product.stack.executions.list(String(product.stack.stack.outputs.StateMachineArn));

async function places(): Promise<Readonly<Record<string, string>>> {
  return {
    logs: await product.logs(),
    executions: JSON.stringify(executions()),
    'events and notices':
      JSON.stringify(product.events) + (await readFile(join(product.data, 'notices.log'), 'utf8')),
    'jobs, histories and errors': JSON.stringify(answers.slice(0, -1)),
  };
}

const PLACES = ['logs', 'executions', 'events and notices', 'jobs, histories and errors'];

describe.each(PLACES)('%s', (place) => {
  it('say nothing of what is in a budget', async () => {
    expect((await places())[place]).not.toMatch(PAYEE);
  });

  it.each([
    ["the Actual server's password", () => PASSWORD],
    ['the secret key', () => CREDENTIALS.secretAccessKey],
    ["the server's address", () => proxy.url],
  ])('do not hold %s', async (_what, secret) => {
    expect((await places())[place]).not.toContain(secret());
  });

  it('are not empty, so that finding nothing means something', async () => {
    expect(String((await places())[place]).length).toBeGreaterThan(1000);
  });
});

it('a session token is nowhere but in its secret', async () => {
  const token = product.stack.secretOf('SessionSecretId').match(/"token":"([^"]+)"/)?.[1];
  expect(token).toEqual(expect.any(String));
  for (const text of Object.values(await places())) expect(text).not.toContain(token);
});

it('executions hold ids and counts alone', () => {
  const [, succeeded] = executions();
  expect(Object.keys(JSON.parse(String(succeeded?.input)))).toEqual(['jobId', 'budgetId', 'type']);
  const output = JSON.parse(String(succeeded?.output));
  expect(Object.keys(output)).toEqual(['jobId', 'budgetId', 'type', 'sync', 'suggestions']);
  for (const counts of [output.sync.counts, output.suggestions.counts]) {
    expect(Object.values(counts).every((count) => typeof count === 'number')).toBe(true);
  }
});
