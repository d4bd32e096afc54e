import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import * as z from 'zod';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { asDownloaded } from '../actual/twin.ts';
import { synthesized } from './assemblies.ts';
import { type Installation, install } from './installation.ts';

/** A budget with very many suggestions, and one job that applies all of them. */
export interface Many {
  /** Creates the job. @returns its id. */
  apply(): Promise<string>;
  /** Waits until some suggestion has the status, and meanwhile looks at the memory. */
  untilSomeAre(status: string): Promise<void>;
  areSome(status: string): Promise<boolean>;
  kill(): void;
  /** The job did all of it, and the budget on the server says so too; the function stayed within its memory. */
  expectApplied(jobId: string): Promise<void>;
}

/** Half of what the function has on AWS. */
const ENOUGH_MB = 850;

const Seen = z.object({
  transactions: z.array(
    z.object({ category: z.string().nullable(), payee: z.string().nullable() }),
  ),
});

/** @param count of suggestions; odd, as one of them is for a part of a split. */
export function manySuggestions(count: number): Many {
  // Every third one has its category already; a part of a split has none.
  const purchases = ((count - 1) / 2) * 3;
  let server: ActualServer;
  let product: Installation;
  let home: string;
  let largestMb = 0;

  beforeAll(async () => {
    const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
    server = started;
    product = await install({ assembly, serverUrl: server.url });
    const changes = [{ do: 'create', transactions: purchases }, { do: 'reset' }] as const;
    home = await householdDoes(server.url, changes);
    const { job } = await product.run('sync_and_suggest', home);
    expect(job).toMatchObject({ metadata: { counts: { suggestions: count } } });
  });

  afterAll(async () => {
    await product?.close();
    await server?.remove();
  });

  const workers = () => {
    const { functions } = product.stack;
    const apply = functions.namesOf().find((name) => name.includes('ApplyFunction'));
    return functions.processesOf(String(apply));
  };

  const areSome = async (status: string) => {
    const path = `/budgets/${home}/suggestions?limit=1&status=${status}`;
    return (await product.call('GET', path)).body.suggestions.length > 0;
  };

  const look = async () => {
    for (const { pid } of workers()) largestMb = Math.max(largestMb, await residentMb(pid));
  };

  return {
    areSome,
    async apply() {
      const body = { type: 'suggestions_apply', budgetId: home, minConfidence: 0 };
      return (await product.call('POST', '/jobs', { body })).body.job.id;
    },
    async untilSomeAre(status) {
      while (!(await areSome(status))) await look();
    },
    kill() {
      for (const worker of workers()) worker.kill();
    },
    async expectApplied(jobId) {
      const { job } = await product.ended(jobId);
      // Its process is there still, waiting for another call.
      await look();
      const counts = { applied: count, notApplied: 0 };
      expect(job).toMatchObject({ status: 'succeeded', metadata: { counts } });
      expect(largestMb).toBeGreaterThan(100);
      expect(largestMb).toBeLessThan(ENOUGH_MB);
      expect([await areSome('pending'), await areSome('approved')]).toEqual([false, false]);
      const { transactions } = Seen.parse(await asDownloaded(server.url, home));
      const bought = transactions.filter(({ payee }) => payee?.startsWith('Canary Grocer'));
      expect(bought).toHaveLength(purchases);
      expect(new Set(bought.map(({ category }) => category))).toEqual(new Set(['Food at home']));
    },
  };
}

/** Nothing of a process that has just ended. */
async function residentMb(pid: number | undefined): Promise<number> {
  const asked = promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  const { stdout } = await asked.catch(() => ({ stdout: '' }));
  return Number(stdout.trim()) / 1024;
}
