import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { JOB_TYPES, type JobType } from '../../functions/domain/job.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { COSTS_PAGE, rowsOf } from '../docs/markdown.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { deliverScheduledTime, type Installation, install } from './installation.ts';
import { type Usage, UsageReader } from './usage.ts';

/** What a job of each type asks of AWS, and whether the page about it says so. */

let server: ActualServer;
let product: Installation;
let home: string;
const costs = new Map<JobType, Usage>();
/** The same as `costs` has, with more suggestions to write or to apply. */
let proposing: Usage;
let applyingApproved: Usage;
let applyingPending: Usage;
let written = 0;
const APPROVED = 10;

beforeAll(async () => {
  server = await startActualServer();
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  const schedule = { name: 'new-year', budgetId: home, expression: 'cron(0 0 1 1 ? 2199)' };
  const assembly = await synthesized({ schedules: [schedule] });
  product = await install({ assembly, serverUrl: server.url });
  await product.run('budget_sync', home);
  proposing = await usageOf('suggestions_generate');
  const { body } = await product.call('GET', `/budgets/${home}/suggestions?limit=100`);
  written = body.suggestions.length;
  const [suggestionId, ...others]: string[] = body.suggestions.map(({ id }: { id: string }) => id);

  await measure('budget_sync');
  await measure('suggestions_generate');
  await measure('sync_and_suggest');
  await measure('scheduled_sync_and_suggest');
  await measure('suggestions_retry_payee', { suggestionId });
  await measure('snapshot_create');
  await measure('suggestions_apply', { suggestionIds: [suggestionId] });
  const decisions = others.slice(0, APPROVED).map((id) => ({ id, status: 'approved' }));
  await product.call('PATCH', `/budgets/${home}/suggestions`, { body: { decisions } });
  applyingApproved = await usageOf('suggestions_apply');
  applyingPending = await usageOf('suggestions_apply', { minConfidence: 0 });
  await measure('snapshot_redownload');
});

afterAll(async () => {
  await product?.close();
  await server?.remove();
});

async function measure(type: JobType, options: Record<string, unknown> = {}): Promise<void> {
  costs.set(type, await usageOf(type, options));
}

async function usageOf(type: JobType, options: Record<string, unknown> = {}): Promise<Usage> {
  const reader = new UsageReader(product);
  await reader.begin();
  const id = await create(type, options);
  expect((await product.ended(id)).job, type).toMatchObject({ status: 'succeeded' });
  return vi.waitFor(() => reader.usageOf(id), { timeout: PATIENCE_MS, interval: 100 });
}

async function create(type: JobType, options: Record<string, unknown>): Promise<string> {
  if (type !== 'scheduled_sync_and_suggest') {
    const body = { type, budgetId: home, ...options };
    return (await product.call('POST', '/jobs', { body })).body.job.id;
  }
  const { jobId } = await deliverScheduledTime(product, {
    schedule: 'new-year',
    budgetId: home,
    scheduledTime: '2199-01-01T00:00:00Z',
  });
  return jobId;
}

/** Columns of the page that hold for every run of such a job. */
const certain = ({ stateTransitions, bucketCalls, secretCalls }: Usage) => [
  ...[stateTransitions, bucketCalls, secretCalls],
];
/** Those that a second look at the budget adds to, where the stream gives it its records one by one. */
const least = ({ invocations, tableCalls, readUnits }: Usage) => [
  ...[invocations, tableCalls, readUnits],
];
const A_LOOK_MORE = 8;
/** An item is counted by whole kilobytes: the length of a payee's name may decide. */
const SIZES = 0.1;

describe('a job without anything new', () => {
  it.each(JOB_TYPES)('%s costs what the page says', (type) => {
    const usage = measuredFor(type);
    console.log(`| \`${type}\` | ${Object.values(usage).join(' | ')} |`);
    const said = documented(type);
    expect(certain(usage)).toEqual(certain(said));
    expect(Math.abs(usage.writeUnits / said.writeUnits - 1)).toBeLessThan(SIZES);
    for (const [index, number] of least(said).entries()) {
      expect(least(usage)[index]).toBeGreaterThanOrEqual(number);
      expect(least(usage)[index]).toBeLessThanOrEqual(number + A_LOOK_MORE);
    }
  });

  it('costs at most 100 write units', () => {
    for (const { writeUnits } of costs.values()) expect(writeUnits).toBeLessThanOrEqual(100);
  });
});

describe('a suggestion', () => {
  /** Write units for each of `count` suggestions, above those of a job without any. */
  const each = (usage: Usage, without: number, count: number) =>
    (usage.writeUnits - without) / count;
  const said = (pattern: RegExp) => Number(pattern.exec(COSTS_PAGE)?.[1]);

  it('takes about as many write units more as the page says, to be written and to be applied', () => {
    expect(written).toBeGreaterThan(20);
    const ofOne = measuredFor('suggestions_apply').writeUnits;
    const pending = each(applyingPending, ofOne, written - APPROVED - 2);
    const measured = [
      each(proposing, measuredFor('suggestions_generate').writeUnits, written),
      each(applyingApproved, ofOne - pending, APPROVED),
      pending,
    ];
    const onThePage = [
      said(/new or changed takes about (\d+)/),
      said(/applied takes about (\d+) more if it was\s+approved/),
      said(/and about (\d+) if it was pending/),
    ];
    console.log(`for each suggestion: ${measured.map((units) => units.toFixed(1)).join(', ')}`);
    for (const [index, units] of measured.entries()) {
      expect(Math.abs(units - (onThePage[index] ?? NaN))).toBeLessThan(2);
    }
  });
});

function measuredFor(type: JobType): Usage {
  const usage = costs.get(type);
  if (usage === undefined) throw new Error(`${type} was not measured`);
  return usage;
}

function documented(type: JobType): Usage {
  const cells = rowsOf(COSTS_PAGE).get(`\`${type}\``) ?? [];
  const [
    invocations = NaN,
    stateTransitions = NaN,
    tableCalls = NaN,
    readUnits = NaN,
    writeUnits = NaN,
    bucketCalls = NaN,
    secretCalls = NaN,
  ] = cells.map(Number);
  return {
    ...{ invocations, stateTransitions, tableCalls, readUnits, writeUnits },
    ...{ bucketCalls, secretCalls },
  };
}
