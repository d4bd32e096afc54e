import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { type SimpleFinBank, startSimpleFinBank } from '../actual/simplefin-bank.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { deliverScheduledTime, type Ended, type Installation, install } from './installation.ts';

/** A schedule of the synthesized template fires on this machine, and all that follows from it. */

const GIRO = { id: 'bank-giro', name: 'Giro of Anna' };
const CARD = { id: 'bank-card', name: 'Card of Anna' };

let server: ActualServer;
let proxy: MishapProxy;
let bank: SimpleFinBank;
let home: string;
let assembly: string;
let product: Installation;
/** The first scheduled job, the states that it went through, the jobs that followed it, and what the functions printed meanwhile. */
let first: Ended;
let states: readonly string[] | undefined;
let applying: readonly Ended[];
let logs: string;
/** What the stack kept until then. */
let kept: string;

beforeAll(async () => {
  [server, bank] = await Promise.all([startActualServer(), startSimpleFinBank()]);
  proxy = await proxyTo(server.url);
  for (const { id, name } of [GIRO, CARD]) {
    bank.accounts.set(id, { name, org: 'Bank', transactions: [], state: 'fine' });
  }
  home = await householdDoes(server.url, [
    { do: 'create', transactions: 60 },
    { do: 'link-bank', accessKey: bank.accessKey, accounts: [GIRO, CARD] },
    { do: 'reset' },
  ]);
  Object(bank.accounts.get(CARD.id)).state = 'gone';
  bank.accounts.get(GIRO.id)?.transactions.push({ id: 'kiosk', amount: -500, payee: 'Kiosk' });
  assembly = await synthesized({
    schedules: [
      {
        name: 'hourly',
        budgetId: home,
        expression: 'rate(1 hour)',
        bankSync: true,
        applyAtConfidence: 0.5,
      },
    ],
  });
  product = await install({ assembly, serverUrl: proxy.url });
  [first] = await scheduledJobs(1);
  const machine = String(product.stack.stack.outputs.StateMachineArn);
  states = product.stack.executions.list(machine).find(({ name }) => name === first.job.id)?.states;
  const followers = await jobsOf('suggestions_apply');
  applying = await Promise.all(followers.map(({ id }) => product.ended(id)));
  logs = await product.logs();
  await product.stack.close();
  kept = product.data;
});

afterAll(async () => {
  await proxy?.close();
  await server?.remove();
  await bank?.close();
  await rm(kept, { recursive: true, force: true, maxRetries: 3 });
});

async function jobsOf(type: string): Promise<readonly { readonly id: string }[]> {
  const { body } = await product.call('GET', `/jobs?budgetId=${home}&type=${type}`);
  return body.jobs;
}

/** Waits for so many scheduled jobs, newest first, to have ended. */
async function scheduledJobs(count: number): Promise<[Ended, ...Ended[]]> {
  const [newest, ...others] = await vi.waitFor(
    async () => {
      const jobs = await jobsOf('scheduled_sync_and_suggest');
      expect(jobs).toHaveLength(count);
      return jobs;
    },
    { timeout: PATIENCE_MS },
  );
  if (newest === undefined) throw new Error('No scheduled job');
  return [
    await product.ended(newest.id),
    ...(await Promise.all(others.map(({ id }) => product.ended(id)))),
  ];
}

/** Starts the stack on a copy of what was kept, as if it had been off for so many hours. */
async function startAgain(hoursLater: number): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'schedules-'));
  await cp(kept, data, { recursive: true });
  const file = join(data, 'schedules.json');
  const positions = Object.entries(JSON.parse(await readFile(file, 'utf8'))).map(([key, time]) => [
    key,
    new Date(Date.parse(String(time)) - hoursLater * 3_600_000).toISOString(),
  ]);
  await writeFile(file, JSON.stringify(Object.fromEntries(positions)));
  product = await install({ assembly, serverUrl: proxy.url, data });
}

describe('a schedule', () => {
  it('makes a job that syncs and suggests through states of its own', () => {
    expect(first.job).toMatchObject({
      status: 'succeeded',
      parentJobId: null,
      metadata: { trigger: 'schedule', requestedBy: 'schedule/hourly', bankSync: true },
    });
    expect(first.steps.map(({ stepType, status }) => [stepType, status])).toEqual([
      ['sync', 'succeeded'],
      ['suggestions', 'succeeded'],
    ]);
    expect(states).toEqual(['JobType', 'ScheduledSync', 'ScheduledSuggestions', 'SettleSucceeded']);
  });

  it('asks the banks first, and warns of the one that refused without naming the account', () => {
    expect(first.job.metadata.warnings).toEqual([
      expect.objectContaining({ code: 'BANK_ACCOUNT_GONE', count: 1 }),
    ]);
    expect(JSON.stringify(first)).not.toContain('Anna');
    expect(logs).not.toContain('Anna');
  });

  it('has its sure proposals applied by a child, once', () => {
    expect(applying).toHaveLength(1);
    const job = applying[0]?.job;
    expect(job).toMatchObject({
      status: 'succeeded',
      parentJobId: first.job.id,
      metadata: { trigger: 'schedule', requestedBy: 'schedule/hourly', minConfidence: 0.5 },
    });
    expect(job?.metadata.counts?.applied).toBeGreaterThan(0);
  });
});

describe('a schedule of a stack that is started again', () => {
  afterEach(() => product.close());

  it('is not fired again by a start within its hour', async () => {
    await startAgain(0);
    await product.run('budget_sync', home);
    expect(await scheduledJobs(1)).toHaveLength(1);
  });

  it('is not fired twice for one scheduled time, even if the scheduler forgot that it was', async () => {
    await startAgain(5);
    await vi.waitFor(
      async () => expect(await product.logs()).toContain('"kind":"repeated"'),
      PATIENCE_MS,
    );
    expect(await scheduledJobs(1)).toHaveLength(1);
  });

  it('makes up once for what it missed while the machine was off', async () => {
    await startAgain(5.5);
    const [latest] = await scheduledJobs(2);
    expect(latest.job.status).toBe('succeeded');
  });

  it('is skipped while its job before waits in line, and says so in the log', async () => {
    await startAgain(0);
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => ({ held: held.promise });
    const { body } = await product.call('POST', '/jobs', {
      body: { type: 'budget_sync', budgetId: home },
    });
    const at = (scheduledTime: string) =>
      deliverScheduledTime(product, { schedule: 'hourly', budgetId: home, scheduledTime });
    const waiting = await at('2199-01-01T00:00:00Z');
    expect(waiting.kind).toBe('created');
    const { jobId } = waiting;
    expect(await at('2199-01-01T01:00:00Z')).toEqual({ kind: 'skipped', jobId });
    expect(await at('2199-01-01T02:00:00Z')).toEqual({ kind: 'skipped', jobId });
    expect(await at('2199-01-01T01:00:00Z')).toEqual({ kind: 'repeated', jobId });
    await vi.waitFor(async () => {
      const said = (await product.logs())
        .split('\n')
        .filter((line) => line.includes('was skipped'));
      expect(said).toHaveLength(2);
      for (const line of said) expect(line).toContain(home);
    }, PATIENCE_MS);

    held.resolve();
    proxy.onRequest = () => 'pass';
    expect((await product.ended(body.job.id)).job.status).toBe('succeeded');
    expect((await product.ended(jobId)).job.status).toBe('succeeded');
    expect(await jobsOf('scheduled_sync_and_suggest')).toHaveLength(2);
  });
});
