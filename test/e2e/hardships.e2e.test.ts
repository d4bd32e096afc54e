import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FailureCode, isRetryable, sentenceOf } from '../../functions/domain/failures.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import type { Change } from '../actual/household-changes.ts';
import { asDownloaded, changeByHand, twinOf } from '../actual/twin.ts';
import { synthesized } from './assemblies.ts';
import { type Ended, type Installation, install } from './installation.ts';

/** Workers whose machine fails them: no disk space, a clock that is an hour slow, no room to begin. */

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'hardship.ts')).href;

let assembly: string;
let server: ActualServer;
let hardships: string;
let product: Installation;
let home: string;

beforeAll(async () => {
  hardships = await mkdtemp(join(tmpdir(), 'hardships-'));
  [assembly, server] = await Promise.all([synthesized(), startActualServer()]);
  const NODE_OPTIONS = `--import ${PRELOAD}`;
  const hard = await withFunctions(['Sync', 'Apply'], ({ Environment, ...properties }) => ({
    ...properties,
    Environment: {
      Variables: { ...Object(Environment).Variables, NODE_OPTIONS, HARDSHIP: hardships },
    },
  }));
  product = await install({ assembly: hard, serverUrl: server.url });
});

beforeEach(async () => {
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
});

afterEach(async () => {
  await endOf('disk-full');
  await endOf('clock-back');
});

afterAll(async () => {
  await product?.close();
  await server?.remove();
  await rm(hardships, { recursive: true, force: true });
});

const begin = (hardship: string) => writeFile(join(hardships, hardship), '');
const endOf = (hardship: string) => rm(join(hardships, hardship), { force: true });

/** The assembly with other properties for the functions that are called so. @returns its folder. */
async function withFunctions(
  names: readonly string[],
  alter: (properties: Readonly<Record<string, unknown>>) => object,
): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'altered-')), 'out');
  await cp(assembly, folder, { recursive: true });
  const path = join(folder, 'ActualJobs.template.json');
  const template = JSON.parse(await readFile(path, 'utf8'));
  for (const [id, resource] of Object.entries<Record<string, unknown>>(template.Resources)) {
    const isNamed = names.some((name) => id.startsWith(`Functions${name}Function`));
    if (isNamed && resource.Type === 'AWS::Lambda::Function') {
      resource.Properties = alter(Object(resource.Properties));
    }
  }
  await writeFile(path, JSON.stringify(template));
  return folder;
}

/** @returns the transactions whose proposals were approved. */
async function approveAll(): Promise<readonly string[]> {
  const path = `/budgets/${home}/suggestions`;
  const { body } = await product.call('GET', `${path}?limit=100`);
  const decisions = body.suggestions.map(({ id }: { readonly id: string }) => ({
    id,
    status: 'approved',
  }));
  await product.call('PATCH', path, { body: { decisions } });
  return body.suggestions.map(
    ({ transactionId }: { readonly transactionId: string }) => transactionId,
  );
}

/** `POST /jobs/{jobId}/retry`, and the job that it makes, to its end. */
async function retried({ job }: Ended): Promise<Ended> {
  const { body } = await product.call('POST', `/jobs/${job.id}/retry`);
  return product.ended(body.job.id);
}

const twinOfHome = () => twinOf(server.url, home);

async function expectTwins(twin: string): Promise<void> {
  const [one, other] = [await asDownloaded(server.url, home), await asDownloaded(server.url, twin)];
  expect(one).toEqual(other);
}

const categorised = (transactions: readonly string[]): readonly Change[] =>
  transactions.map((transaction) => ({
    do: 'set',
    transaction,
    fields: { category: 'Food at home' },
  }));

const applyByHand = (twin: string, transactions: readonly string[]) =>
  changeByHand(server.url, twin, categorised(transactions));

function expectFailed({ job }: Ended, code: FailureCode): void {
  expect(job).toMatchObject({
    status: 'failed',
    failureCode: code,
    failureReason: sentenceOf(code),
    failureRetryable: isRetryable(code),
  });
}

describe('a full disk', () => {
  it('DISK_FULL: an apply changes nothing, and its retry ends as if it had gone through once', async () => {
    const twin = await twinOfHome();
    const transactions = await approveAll();
    await begin('disk-full');
    const failed = await product.run('suggestions_apply', home);
    expectFailed(failed, 'DISK_FULL');
    await expectTwins(twin);

    await endOf('disk-full');
    const { job } = await retried(failed);
    expect(job.status).toBe('succeeded');
    expect(job.metadata.counts).toMatchObject({ applied: transactions.length });
    await applyByHand(twin, transactions);
    await expectTwins(twin);
  });

  it('DISK_FULL: a sync keeps the snapshot that there is, and the next one goes through', async () => {
    await changeByHand(server.url, home, [{ do: 'add', transactions: 1 }]);
    await begin('disk-full');
    const failed = await product.run('sync_and_suggest', home);
    expectFailed(failed, 'DISK_FULL');
    expect(failed.steps.map(({ status }) => status)).toEqual(['failed', 'canceled']);
    expect((await product.run('suggestions_generate', home)).job.status).toBe('succeeded');
    await endOf('disk-full');
    expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
  });
});

describe('a clock that is an hour slow', () => {
  it('CLOCK_DRIFT: an apply that meets a change of its future changes nothing, and its retry goes through once', async () => {
    const [changed = '', ...transactions] = await approveAll();
    await changeByHand(server.url, home, categorised([changed]));
    const twin = await twinOfHome();
    await begin('clock-back');
    const failed = await product.run('suggestions_apply', home);
    expectFailed(failed, 'CLOCK_DRIFT');
    await expectTwins(twin);

    await endOf('clock-back');
    expect((await retried(failed)).job.status).toBe('succeeded');
    await applyByHand(twin, transactions);
    await expectTwins(twin);
  });

  it('a sync goes through where nothing is newer, and writes no time before another', async () => {
    await begin('clock-back');
    const { job } = await product.run('budget_sync', home);
    expect(job.status).toBe('succeeded');
    const { body } = await product.call('GET', `/jobs/${job.id}/events`);
    const events: readonly { readonly createdAt: string }[] = body.events;
    const times = [...events.map(({ createdAt }) => createdAt), String(job.completedAt)];
    expect(times).toEqual([...times].sort());
    const logged = (await product.logs()).split('\n').filter((line) => line.includes(job.id));
    const slow = logged.filter((line) => String(JSON.parse(line).timestamp) < String(times[0]));
    expect(slow).not.toEqual([]);
  });
});

describe('a function without room to run', () => {
  it('NO_CAPACITY: a job whose worker is throttled each time fails, and says what would help', async () => {
    const full = await withFunctions(['Sync'], (properties) => ({
      ...properties,
      ReservedConcurrentExecutions: 0,
    }));
    const crowded = await install({ assembly: full, serverUrl: server.url });
    try {
      const ended = await crowded.run('sync_and_suggest', home);
      expectFailed(ended, 'NO_CAPACITY');
      expect(ended.steps.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    } finally {
      await crowded.close();
    }
  });
});
