import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { asDownloaded } from '../actual/twin.ts';
import { type Installation, install, synthesized } from './installation.ts';

/** As many suggestions as a budget may hold, applied by one job. */

const MANY = 20_001;
/** Half of what the function has on AWS. */
const ENOUGH_MB = 850;

let assembly: string;
let server: ActualServer;
let product: Installation;
let home: string;

beforeAll(async () => {
  [assembly, server] = await Promise.all([synthesized(), startActualServer()]);
  product = await install({ assembly, serverUrl: server.url });
  // Every third one has its category already; a part of a split has none.
  const transactions = ((MANY - 1) / 2) * 3;
  home = await householdDoes(server.url, [{ do: 'create', transactions }, { do: 'reset' }]);
  const { job } = await product.run('sync_and_suggest', home);
  expect(job).toMatchObject({ metadata: { counts: { suggestions: MANY } } });
});

afterAll(async () => {
  await product?.close();
  await server?.remove();
});

const Seen = z.object({
  transactions: z.array(
    z.object({
      category: z.string().nullable(),
      payee: z.string().nullable(),
      subtransactions: z.array(z.object({ category: z.string().nullable() })),
    }),
  ),
});

async function areSome(status: string): Promise<boolean> {
  const path = `/budgets/${home}/suggestions?limit=1&status=${status}`;
  return (await product.call('GET', path)).body.suggestions.length > 0;
}

/** Of the largest process that runs a function of this stack. */
async function largestMb(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'rss,args']);
  const ours = stdout.split('\n').filter((line) => line.includes(assembly));
  return Math.max(0, ...ours.map((line) => Number.parseInt(line, 10) / 1024));
}

function killApply(): void {
  const { functions } = product.stack;
  const apply = functions.namesOf().find((name) => name.includes('ApplyFunction'));
  for (const process of functions.processesOf(String(apply))) process.kill();
}

it('20,000 at once are in the budget and marked, in bounded memory, though the worker dies while it marks them', async () => {
  const { body } = await product.call('POST', '/jobs', {
    body: { type: 'suggestions_apply', budgetId: home, minConfidence: 0 },
  });
  let largest = 0;
  while (!(await areSome('applied'))) largest = Math.max(largest, await largestMb());
  killApply();
  expect(await areSome('approved')).toBe(true);
  const { job } = await product.ended(body.job.id);
  expect(job).toMatchObject({
    status: 'succeeded',
    metadata: { counts: { applied: MANY, notApplied: 0 } },
  });
  expect(largest).toBeGreaterThan(100);
  expect(largest).toBeLessThan(ENOUGH_MB);
  expect([await areSome('pending'), await areSome('approved')]).toEqual([false, false]);
  const { transactions } = Seen.parse(await asDownloaded(server.url, home));
  const bought = transactions.filter(({ payee }) => payee?.startsWith('Canary Grocer'));
  expect(bought).toHaveLength(((MANY - 1) / 2) * 3);
  expect(new Set(bought.map(({ category }) => category))).toEqual(new Set(['Food at home']));
});
