import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FailureCode, isRetryable, sentenceOf } from '../../functions/domain/failures.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { withDatabase } from '../actual/archives.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { synthesized } from './assemblies.ts';
import { Bucket } from './bucket.ts';
import { type Ended, type Installation, install } from './installation.ts';

/** Failures on our own side: stored snapshots that cannot be used, and workers that do not come to their end. */

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

const requests = (path: string) => proxy.paths.filter((asked) => asked === path).length;

function expectFailed({ job }: Ended, code: FailureCode, detail = ''): void {
  expect(job).toMatchObject({
    status: 'failed',
    failureCode: code,
    failureReason: `${sentenceOf(code)} ${detail}`.trim(),
    failureRetryable: isRetryable(code),
  });
}

/** The one object of the home budget of this kind becomes what `alter` makes of it; undefined removes it. */
async function alterSnapshot(
  kind: 'archives' | 'extracts',
  alter: (content: Uint8Array) => Promise<Uint8Array | undefined> | Uint8Array | undefined,
): Promise<void> {
  const bucket = new Bucket(product);
  const [key = '', ...others] = await bucket.keys(`${kind}/${home}/`);
  expect([key, others]).toEqual([expect.stringContaining(home), []]);
  const changed = await alter(await bucket.read(key));
  await (changed === undefined ? bucket.remove(key) : bucket.write(key, changed));
  bucket.close();
}

describe('a stored snapshot', () => {
  const NEWER = gzipSync(JSON.stringify({ schema: 99 }));

  it('SNAPSHOT_MISSING: suggestions without one go through a sync first, once', async () => {
    const budgetId = await householdDoes(server.url, [{ do: 'create', transactions: 30 }]);
    const ended = await product.run('suggestions_generate', budgetId);
    expect(ended.job).toMatchObject({ status: 'succeeded' });
    expect(ended.job.metadata.counts?.suggestions).toBeGreaterThan(0);
  });

  it.each<readonly [string, (content: Uint8Array) => Uint8Array | undefined]>([
    ['missing', () => undefined],
    ['no gzip', () => strToU8('Canary')],
    ['cut off', (content) => content.subarray(0, content.length / 2)],
    ['no JSON', () => gzipSync('Canary')],
    ['something else', () => gzipSync('{"schema":1}')],
    ['of a newer version', () => NEWER],
  ])(
    'SNAPSHOT_MISSING and SNAPSHOT_DAMAGED: suggestions whose extract is %s go through a sync first',
    async (_what, alter) => {
      await product.run('budget_sync', home);
      await alterSnapshot('extracts', alter);
      const before = requests('/sync/sync');
      const { job } = await product.run('suggestions_generate', home);
      expect(job).toMatchObject({ status: 'succeeded' });
      expect(requests('/sync/sync') - before).toBe(1);
      expect(job.metadata.counts?.suggestions).toBeGreaterThan(0);
    },
  );

  it.each<readonly [string, (content: Uint8Array) => Promise<Uint8Array | undefined>]>([
    ['missing', async () => undefined],
    ['cut off', async (content) => content.subarray(0, content.length / 2)],
    ['a zip of something else', async () => zipSync({ 'notes.txt': strToU8('Canary') })],
    [
      'without a table',
      async (content) =>
        (await withDatabase(content, (db) => db.exec('DROP TABLE accounts'))).archive,
    ],
  ])(
    'SNAPSHOT_MISSING and SNAPSHOT_DAMAGED: a sync whose archive is %s downloads the whole budget',
    async (_what, alter) => {
      await product.run('budget_sync', home);
      await alterSnapshot('archives', alter);
      const before = requests('/sync/download-user-file');
      expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
      expect(requests('/sync/download-user-file') - before).toBe(1);
    },
  );

  it('SNAPSHOT_DAMAGED: suggestions fail when the sync cannot be done either, with what is wrong there', async () => {
    await product.run('budget_sync', home);
    await alterSnapshot('extracts', () => NEWER);
    proxy.onRequest = () => ({ status: 502, body: 'bad gateway' });
    expectFailed(await product.run('suggestions_generate', home), 'SERVER_UNREACHABLE');
    proxy.onRequest = () => 'pass';
    expect((await product.run('suggestions_generate', home)).job.status).toBe('succeeded');
  });
});

describe('a worker', () => {
  const functionName = () =>
    String(product.stack.functions.namesOf().find((name) => name.includes('SyncFunction')));

  /** Kills the worker when it asks for changes. @returns how often. */
  function killed(times: number): () => number {
    let count = 0;
    proxy.onRequest = (path) => {
      if (path !== '/sync/sync' || count >= times) return 'pass';
      count += 1;
      const processes = product.stack.functions.processesOf(functionName());
      for (const process of processes) process.kill();
      return 'silence';
    };
    return () => count;
  }

  it('WORKER_DIED: one that is killed is tried once more, and the job goes through', async () => {
    await product.run('budget_sync', home);
    const kills = killed(1);
    expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
    expect(kills()).toBe(1);
  });

  it('WORKER_DIED: one that is killed each time is tried twice, and the next job runs', async () => {
    const kills = killed(9);
    expectFailed(await product.run('sync_and_suggest', home), 'WORKER_DIED');
    expect(kills()).toBe(2);
    proxy.onRequest = () => 'pass';
    expect((await product.run('budget_sync', home)).job.status).toBe('succeeded');
  });

  it('WORKER_DIED: it runs out of memory', async () => {
    // Far below what the work takes: near it, whether it is enough depends on when garbage is collected.
    await withSyncFunction({ MemorySize: 10 }, async (small) => {
      expectFailed(await small.run('sync_and_suggest', home), 'WORKER_DIED');
      expect(await small.logs()).toContain('heap out of memory');
    });
  });

  it('TIMED_OUT: the function is cut off when its time is over, once', async () => {
    await withSyncFunction({ Timeout: 8 }, async (short, begun) => {
      proxy.onRequest = (path) => (path === '/sync/sync' ? 'silence' : 'pass');
      expectFailed(await short.run('sync_and_suggest', home), 'TIMED_OUT');
      // On a busy machine its time may be over before it asks anything.
      expect(begun.filter((name) => name === functionName())).toHaveLength(1);
      proxy.onRequest = () => 'pass';
      // By a function that has its whole time: eight seconds may be few on a busy machine.
      expect((await short.run('snapshot_create', home)).job.status).toBe('succeeded');
    });
  });

  it('STORAGE_UNAVAILABLE: the bucket is gone, at each try; once it is there again, the job goes through', async () => {
    const broken = await install({ assembly, serverUrl: proxy.url });
    try {
      const buckets = join(broken.data, 'buckets');
      await rename(buckets, `${buckets}-away`);
      const ended = await broken.run('sync_and_suggest', home);
      expectFailed(ended, 'STORAGE_UNAVAILABLE', 'It was the bucket: NoSuchBucket.');
      await rename(`${buckets}-away`, buckets);
      const { body } = await broken.call('POST', `/jobs/${ended.job.id}/retry`);
      expect((await broken.ended(body.job.id)).job.status).toBe('succeeded');
    } finally {
      await broken.close();
    }
  });
});

describe('the workflow', () => {
  it('NOT_SUPPORTED: a job of a type that it does not know yet fails, and the next job runs', async () => {
    const older = (template: string) => template.replaceAll('"snapshot_create', '"not_yet');
    await withTemplate(older, async (installation) => {
      expectFailed(await installation.run('snapshot_create', home), 'NOT_SUPPORTED');
      expect((await installation.run('budget_sync', home)).job.status).toBe('succeeded');
    });
  });
});

/** An installation whose sync function is of another size. */
async function withSyncFunction(
  properties: Readonly<Record<string, number>>,
  work: Parameters<typeof withTemplate>[1],
): Promise<void> {
  await withTemplate((text) => {
    const template = JSON.parse(text);
    const [id = ''] = Object.keys(template.Resources).filter(
      (name) =>
        /SyncFunction[0-9A-F]{8}$/.test(name) &&
        template.Resources[name].Type === 'AWS::Lambda::Function',
    );
    Object.assign(template.Resources[id].Properties, properties);
    return JSON.stringify(template);
  }, work);
}

/** An installation of another template; `begun` are the functions that were called, each time by its name. */
async function withTemplate(
  alter: (template: string) => string,
  work: (installation: Installation, begun: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = join(await mkdtemp(join(tmpdir(), 'altered-')), randomUUID());
  await cp(assembly, folder, { recursive: true });
  const path = join(folder, 'ActualJobs.template.json');
  await writeFile(path, alter(await readFile(path, 'utf8')));
  const begun: string[] = [];
  const installation = await install({
    assembly: folder,
    serverUrl: proxy.url,
    onActivity: ({ functionName, kind }) => void (kind === 'begun' && begun.push(functionName)),
  });
  try {
    await work(installation, begun);
  } finally {
    await installation.close();
    await rm(folder, { recursive: true, force: true });
  }
}
