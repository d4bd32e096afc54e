import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { clockIdOf, withMetadata } from '../actual/archives.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { synthesized } from './assemblies.ts';
import { Bucket, layersOf } from './bucket.ts';
import { type Installation, install } from './installation.ts';

/** What jobs leave behind when they work from a snapshot: in the bucket, and on the server. */

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let bucket: Bucket;
/** With a schedule that is due, and not posted yet. */
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
  bucket = new Bucket(product);
});

beforeEach(async () => {
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30, dueSchedule: true }]);
  await succeed('sync_and_suggest');
});

afterAll(async () => {
  bucket?.close();
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

async function succeed(type: string, options: Record<string, unknown> = {}): Promise<void> {
  const { job } = await product.run(type, home, options);
  expect(job, type).toMatchObject({ status: 'succeeded', failureReason: null });
}

/** How many changes the server knows of the budget. */
function changesOnServer(): number {
  const history = new SQLite(join(server.dataDir, `user-files/group-${home}.sqlite`));
  const count = Number(history.prepare('SELECT COUNT(*) FROM messages_binary').pluck().get());
  history.close();
  return count;
}

async function currentArchive(): Promise<string> {
  const [key = '', ...others] = await bucket.keys(`archives/${home}`);
  expect(others).toEqual([]);
  return key;
}

/** Sets the day of the last whole upload in the current snapshot: Actual uploads again after 7 days. */
async function ageSnapshot(): Promise<void> {
  const key = await currentArchive();
  await bucket.write(key, withMetadata(await bucket.read(key), { lastUploaded: '2020-01-01' }));
}

const READING = [
  'budget_sync',
  'sync_and_suggest',
  'suggestions_generate',
  'snapshot_create',
  'snapshot_redownload',
];

describe('jobs that only read', () => {
  it('send no change to the server, though a schedule is due', async () => {
    const changes = changesOnServer();
    for (const type of READING) await succeed(type);
    expect(changesOnServer()).toBe(changes);

    await householdDoes(server.url, [{ do: 'open', syncId: home }, { do: 'post-due' }]);
    expect(changesOnServer()).toBeGreaterThan(changes);
  });
});

describe('jobs from an old snapshot', () => {
  it.each([...READING, 'suggestions_apply'])('%s uploads nothing whole', async (type) => {
    await ageSnapshot();
    const from = proxy.paths.length;
    await succeed(type, type === 'suggestions_apply' ? { minConfidence: 0 } : {});
    const asked = proxy.paths.slice(from).filter((path) => path.startsWith('/sync/'));
    expect(asked.filter((path) => /upload|reset|create|delete/.test(path))).toEqual([]);
  });
});

describe('a sync without anything new', () => {
  it.each(['budget_sync', 'sync_and_suggest'])(
    '%s asks the server once, and leaves the snapshot as it is',
    async (type) => {
      const before = await currentArchive();
      const from = proxy.paths.length;
      await succeed(type);
      expect(proxy.paths.slice(from)).toEqual(['/sync/sync']);
      expect(await currentArchive()).toBe(before);
    },
  );

  it('makes the snapshot anew when its archive or its extract is damaged', async () => {
    for (const prefix of ['archives', 'extracts']) {
      const before = await currentArchive();
      const [key = ''] = await bucket.keys(`${prefix}/${home}`);
      await bucket.write(key, new Uint8Array([1, 2, 3]));
      await succeed('sync_and_suggest');
      expect(await currentArchive()).not.toBe(before);
    }
  });

  it('makes the snapshot anew when its extract cannot be read, though the bucket takes it for what was written', async () => {
    const [key = ''] = await bucket.keys(`extracts/${home}`);
    await bucket.spoil(key);
    await succeed('sync_and_suggest');
  });
});

describe('jobs from one and the same snapshot', () => {
  it('each have a clock of their own', async () => {
    const first = await bucket.read(await currentArchive());
    const clocks = [await clockIdOf(first)];
    for (let n = 0; n < 3; n += 1) {
      await bucket.write(await currentArchive(), first);
      await succeed('snapshot_create');
      clocks.push(await clockIdOf(await bucket.read(await currentArchive())));
    }
    expect(new Set(clocks).size).toBe(4);
  });
});

describe('the bucket', () => {
  it('holds no session token, in no layer of any object', async () => {
    for (const type of READING) await succeed(type);
    await succeed('suggestions_apply', { minConfidence: 0 });
    const { token } = JSON.parse(product.stack.secretOf('SessionSecretId'));
    const keys = await bucket.keys();
    expect(new Set(keys.map((key) => key.split('/')[0]))).toEqual(
      new Set(['archives', 'extracts', 'kept']),
    );
    for (const key of keys) {
      const layers = layersOf(await bucket.read(key));
      expect(layers.length, key).toBeGreaterThan(1);
      for (const layer of layers) expect(layer.includes(token), key).toBe(false);
    }
    expect(String(token).length).toBeGreaterThan(20);
  });
});
