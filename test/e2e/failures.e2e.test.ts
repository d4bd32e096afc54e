import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { type Ended, type Installation, install, synthesized } from './installation.ts';

/** What a user is told when something breaks, and that the next job runs all the same. */

let assembly: string;
let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;

beforeAll(async () => {
  [assembly, server] = await Promise.all([synthesized(), startActualServer()]);
  proxy = await proxyTo(server.url);
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  product = await install({ assembly, serverUrl: proxy.url });
});

beforeEach(() => {
  proxy.onRequest = () => 'pass';
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

function expectFailed({ job, steps }: Ended, code: string): void {
  expect(job).toMatchObject({ status: 'failed', failureCode: code });
  expect(job.failureReason).toMatch(/^[A-Z].*\.$/s);
  expect(steps.map(({ status }) => status)).toEqual(['failed', 'canceled']);
}

async function expectNextRuns(): Promise<void> {
  expect((await product.run('budget_sync', home)).job.status).toBe('succeeded');
}

describe('a server that is down', () => {
  it('fails the job with what to check, and the next job runs once it is up', async () => {
    await server.stop();
    const ended = await product.run('sync_and_suggest', home);
    expectFailed(ended, 'SERVER_UNREACHABLE');
    await server.start();
    await expectNextRuns();
  });

  it('is tried again: a job survives a server that comes back', async () => {
    let refused = 0;
    proxy.onRequest = () => {
      refused += 1;
      return refused <= 1 ? { status: 502, body: 'bad gateway' } : 'pass';
    };
    expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
    expect(refused).toBeGreaterThan(1);
  });

  it('fails the job when it goes down in the middle of the sync', async () => {
    proxy.onRequest = (path) => (path.startsWith('/sync') ? 'cut' : 'pass');
    const ended = await product.run('sync_and_suggest', home, { fullResync: true });
    expectFailed(ended, 'SERVER_UNREACHABLE');
    proxy.onRequest = () => 'pass';
    await expectNextRuns();
  });
});

describe('a budget that the server does not have', () => {
  it('fails the job with where to find the right id', async () => {
    const ended = await product.run('sync_and_suggest', '0190b1d4-0000-7000-8000-00000000dead');
    expectFailed(ended, 'BUDGET_NOT_FOUND');
    expect(ended.job.failureReason).toContain('Sync ID');
  });
});

describe('a wrong password', () => {
  it('fails the job, and is tried once only', async () => {
    const wrong = await install({ assembly, serverUrl: proxy.url, password: 'not-the-password' });
    try {
      const logins = () => proxy.paths.filter((path) => path === '/account/login').length;
      const before = logins();
      expectFailed(await wrong.run('sync_and_suggest', home), 'AUTH_FAILED');
      expectFailed(await wrong.run('sync_and_suggest', home), 'AUTH_FAILED');
      expect(logins() - before).toBe(1);
    } finally {
      await wrong.close();
    }
  });
});

describe('an error that nobody foresaw', () => {
  it('fails the job with an id that leads to it in the logs, and without its text', async () => {
    const broken = await install({ assembly, serverUrl: proxy.url });
    try {
      await rm(join(broken.data, 'buckets'), { recursive: true });
      const ended = await broken.run('sync_and_suggest', home);
      expectFailed(ended, 'UNKNOWN');
      const id = /[0-9a-f-]{36}/.exec(String(ended.job.failureReason))?.[0] ?? 'no id';
      expect(await broken.logs()).toContain(id);
      expect(ended.job.failureReason).not.toContain('bucket');
    } finally {
      await broken.close();
    }
  });
});

describe('a worker that dies', () => {
  it('is tried once more, and the job goes through', async () => {
    await product.run('budget_sync', home);
    const sync = product.stack.functions.namesOf().find((name) => name.includes('SyncFunction'));
    let killed = false;
    proxy.onRequest = (path) => {
      if (!killed && path === '/sync/sync') {
        killed = true;
        for (const process of product.stack.functions.processesOf(String(sync))) process.kill();
      }
      return 'pass';
    };
    expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
    expect(killed).toBe(true);
  });
});
