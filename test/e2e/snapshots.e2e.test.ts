import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { asDownloaded, changeByHand } from '../actual/twin.ts';
import { synthesized } from './assemblies.ts';
import { type Installation, install } from './installation.ts';

const KEY = 'canary of the vault';

/** Copies of a real budget: kept, listed, downloaded, and opened by Actual itself. */

let server: ActualServer;
let fresh: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;
/** An end-to-end encrypted budget. */
let vault: string;
let folder: string;

beforeAll(async () => {
  let assembly: string;
  [assembly, server, fresh] = await Promise.all([
    synthesized(),
    startActualServer(),
    startActualServer(),
  ]);
  proxy = await proxyTo(server.url);
  vault = await householdDoes(server.url, [
    { do: 'create', transactions: 30 },
    { do: 'encrypt', password: KEY },
  ]);
  const settings = { serverUrl: proxy.url, password: PASSWORD, budgetPasswords: { [vault]: KEY } };
  product = await install({ assembly, secrets: { ActualSecretId: JSON.stringify(settings) } });
  folder = await mkdtemp(join(tmpdir(), 'copies-'));
});

beforeEach(async () => {
  proxy.onRequest = () => 'pass';
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await Promise.all([server?.remove(), fresh?.remove()]);
  await rm(folder, { recursive: true, force: true });
});

/** Follows the link as a browser does: without any signature of its own. */
async function download(
  snapshotId: string,
  budget = home,
): Promise<{ readonly file: string; readonly name: string }> {
  const { status, headers } = await product.call(
    'GET',
    `/budgets/${budget}/snapshots/${snapshotId}/download`,
  );
  expect(status).toBe(303);
  const answer = await fetch(String(headers.get('location')));
  expect(answer.status).toBe(200);
  const file = join(folder, `${snapshotId}.zip`);
  await writeFile(file, new Uint8Array(await answer.arrayBuffer()));
  return { file, name: String(answer.headers.get('content-disposition')) };
}

/** What a person sees who imports the file into an Actual that has never seen the budget. */
async function imported(file: string): Promise<unknown> {
  const seen = join(folder, 'seen.json');
  await householdDoes(fresh.url, [
    { do: 'import', file },
    { do: 'write-down', file: seen },
  ]);
  return JSON.parse(await readFile(seen, 'utf8'));
}

describe('snapshot_create', () => {
  it('keeps a copy that a fresh Actual opens by "Import file", with the same balances', async () => {
    const { job } = await product.run('snapshot_create', home);
    expect(job).toMatchObject({ status: 'succeeded' });
    const { file, name } = await download(job.id);
    expect(name).toMatch(/^attachment; filename="budget-\d{4}-\d\d-\d\d\.zip"$/);
    expect(await imported(file)).toEqual(await asDownloaded(server.url, home));
  });

  it('holds the budget as it stands on the server now, without the session token', async () => {
    await product.run('budget_sync', home);
    await changeByHand(server.url, home, [{ do: 'add', transactions: 3 }]);
    const { job } = await product.run('snapshot_create', home);
    const { file } = await download(job.id);
    expect(await imported(file)).toEqual(await asDownloaded(server.url, home));
    const { 'metadata.json': metadata } = unzipSync(await readFile(file));
    expect(JSON.parse(Buffer.from(metadata ?? []).toString()).userId).toBe('');
  });

  it('keeps a copy of an encrypted budget that a fresh Actual opens without its password', async () => {
    const { job } = await product.run('snapshot_create', vault);
    const { file } = await download(job.id, vault);
    expect(await imported(file)).toEqual(await asDownloaded(server.url, vault, KEY));
  });

  it('lists copies, newest first', async () => {
    const first = await product.run('snapshot_create', home);
    const second = await product.run('snapshot_create', home);
    const { body } = await product.call('GET', `/budgets/${home}/snapshots`);
    expect(body.snapshots).toMatchObject([{ id: second.job.id }, { id: first.job.id }]);
    expect(body.snapshots[0].bytes).toBeGreaterThan(1000);
  });

  it('leaves the copy as it was when the budget goes on', async () => {
    const { job } = await product.run('snapshot_create', home);
    const before = await asDownloaded(server.url, home);
    await changeByHand(server.url, home, [{ do: 'add', transactions: 3 }]);
    await product.run('sync_and_suggest', home);
    const { file } = await download(job.id);
    expect(await imported(file)).toEqual(before);
  });

  it('is a 404 under another budget', async () => {
    const { job } = await product.run('snapshot_create', home);
    const other = '0190b1d4-0000-7000-8000-00000000dead';
    const path = `/budgets/${other}/snapshots/${job.id}/download`;
    expect((await product.call('GET', path)).status).toBe(404);
  });
});

describe('a job that failed while the server was down', () => {
  it('snapshot_create keeps its copy by a retry, under the id of that', async () => {
    proxy.onRequest = () => 'cut';
    const failed = await product.run('snapshot_create', home);
    expect(failed.job).toMatchObject({ status: 'failed', failureCode: 'SERVER_UNREACHABLE' });
    proxy.onRequest = () => 'pass';
    const { status, body } = await product.call('POST', `/jobs/${failed.job.id}/retry`);
    expect(status).toBe(201);
    const { job } = await product.ended(body.job.id);
    expect(job).toMatchObject({ status: 'succeeded', parentJobId: failed.job.id });
    const { file } = await download(job.id);
    expect(await imported(file)).toEqual(await asDownloaded(server.url, home));
    const { body: list } = await product.call('GET', `/budgets/${home}/snapshots`);
    expect(list.snapshots).toMatchObject([{ id: job.id }]);
  });

  it('snapshot_redownload leaves the snapshot as it was, and replaces it by a retry', async () => {
    await product.run('sync_and_suggest', home);
    proxy.onRequest = () => 'cut';
    const failed = await product.run('snapshot_redownload', home);
    expect(failed.job).toMatchObject({ status: 'failed', failureCode: 'SERVER_UNREACHABLE' });
    const { job: meanwhile } = await product.run('suggestions_generate', home);
    expect(meanwhile).toMatchObject({ status: 'succeeded', metadata: { counts: { removed: 0 } } });
    proxy.onRequest = () => 'pass';
    const { body } = await product.call('POST', `/jobs/${failed.job.id}/retry`);
    const { job } = await product.ended(body.job.id);
    expect(job).toMatchObject({ status: 'succeeded', parentJobId: failed.job.id });
    expect(job.metadata.counts?.removed).toBeGreaterThan(0);
  });
});

describe('snapshot_redownload', () => {
  it('downloads the whole budget, and drops what was proposed and not decided', async () => {
    await product.run('sync_and_suggest', home);
    const path = `/budgets/${home}/suggestions`;
    const [first, ...others] = (await product.call('GET', `${path}?limit=100`)).body.suggestions;
    await product.call('PATCH', `${path}/${first.id}`, { body: { status: 'approved' } });
    const { job } = await product.run('snapshot_redownload', home);
    expect(job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { removed: others.length } },
    });
    expect((await product.call('GET', path)).body.suggestions).toMatchObject([
      { id: first.id, status: 'approved' },
    ]);
  });

  it('is what fullResync does first', async () => {
    await product.run('sync_and_suggest', home);
    const path = `/budgets/${home}/suggestions`;
    const { suggestions } = (await product.call('GET', `${path}?limit=100`)).body;
    const [shown] = suggestions;
    const again = await product.run('sync_and_suggest', home, { fullResync: true });
    expect(again.job).toMatchObject({ status: 'succeeded' });
    expect(again.job.metadata.counts).toMatchObject({ written: expect.any(Number) });
    expect(again.job.metadata.counts?.written).toBeGreaterThan(0);
    expect(again.job.metadata.counts?.removed).toBe(suggestions.length);
    // What was shown before names nothing any more.
    const late = await product.call('PATCH', `${path}/${shown.id}`, {
      body: { status: 'approved' },
    });
    expect(late.status).toBe(409);
  });
});
