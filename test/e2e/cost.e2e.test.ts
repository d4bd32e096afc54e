import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type Installation, install, synthesized } from './installation.ts';

/** What one combined job asks of DynamoDB, read off the functions' own logs. */

let server: ActualServer;
let product: Installation;
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  product = await install({ assembly, serverUrl: server.url });
});

afterAll(async () => {
  await product?.close();
  await server?.remove();
});

interface Usage {
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

interface Line {
  readonly jobId?: string;
  readonly execution?: string;
  readonly look?: { readonly jobId?: string };
  readonly requestId: string;
  readonly table?: Usage;
}

/** What all invocations used that worked for a job. */
async function usageOf(jobId: string): Promise<readonly Usage[]> {
  const lines: readonly Line[] = (await product.logs())
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const requests = new Set(
    lines
      .filter((line) => [line.jobId, line.execution, line.look?.jobId].includes(jobId))
      .map(({ requestId }) => requestId),
  );
  return lines.flatMap(({ requestId, table }) =>
    requests.has(requestId) && table !== undefined ? [table] : [],
  );
}

it('one combined job with nothing new costs at most 100 write units, and says so', async () => {
  await product.run('sync_and_suggest', home);
  const { body } = await product.call('POST', '/jobs', {
    body: { type: 'sync_and_suggest', budgetId: home },
  });
  const { job } = await product.ended(body.job.id);
  expect(job.metadata.counts).toMatchObject({ written: 0 });
  await expect
    .poll(async () => (await usageOf(job.id)).length, { timeout: 10_000 })
    .toBeGreaterThan(5);

  const usages = await usageOf(job.id);
  const total = (of: (usage: Usage) => number) => usages.reduce((sum, usage) => sum + of(usage), 0);
  const calls = total((usage) => Object.values(usage.calls).reduce((sum, n) => sum + n, 0));
  const writeUnits = total((usage) => usage.writeUnits);
  const readUnits = total((usage) => usage.readUnits);
  console.log(
    `one combined job: ${calls} calls, ${writeUnits} write units, ${readUnits} read units`,
  );
  expect(writeUnits).toBeGreaterThan(20);
  expect(writeUnits).toBeLessThanOrEqual(100);
});
