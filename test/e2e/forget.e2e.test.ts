import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { uuid } from '../domain/builders.ts';
import { ran } from '../operate/command.ts';
import { synthesized } from './assemblies.ts';
import { Bucket } from './bucket.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** `npm run forget`: nothing is left of a budget, and another one beside it is as it was. */

const SCHEDULED = uuid(0x5c);

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let bucket: Bucket;
let table: DynamoDBClient;
let home: string;
let other: string;

beforeAll(async () => {
  const schedules = [
    { name: 'rarely', budgetId: SCHEDULED, expression: 'at(2199-01-01T00:00:00)' },
  ];
  const [assembly, actual] = await Promise.all([synthesized({ schedules }), startActualServer()]);
  server = actual;
  proxy = await proxyTo(server.url);
  const create = () => householdDoes(server.url, [{ do: 'create', transactions: 20 }]);
  [home, other] = [await create(), await create()];
  product = await install({ assembly, serverUrl: proxy.url });
  bucket = new Bucket(product);
  table = new DynamoDBClient({
    endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
});

afterAll(async () => {
  bucket?.close();
  table?.destroy();
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

const forget = (...options: readonly string[]) =>
  ran('forget', options, { credentials: CREDENTIALS, variables: product.stack.endpoints });

/** Every item of the table that has one of the texts anywhere, in one order. */
async function itemsWith(...texts: readonly string[]): Promise<readonly string[]> {
  const TableName = String(product.stack.stack.outputs.TableName);
  const { Items = [] } = await table.send(new ScanCommand({ TableName }));
  return Items.map((item) => JSON.stringify(sorted(item)))
    .filter((item) => texts.some((text) => item.includes(text)))
    .sort();
}

/** The engine gives the fields of an item in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** All that makes data of a budget. @returns ids of its jobs. */
async function lived(budget: string): Promise<readonly string[]> {
  const jobs = [
    await product.run('sync_and_suggest', budget),
    await product.run('suggestions_apply', budget, { minConfidence: 0 }),
    await product.run('snapshot_create', budget),
  ].map(({ job }) => job);
  expect(jobs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  await canceledAndRetried(budget);
  const { body: listed } = await product.call('GET', `/jobs?budgetId=${budget}&limit=100`);
  await Promise.all(listed.jobs.map(({ id }: { readonly id: string }) => product.ended(id)));
  // A worker that died before it wrote down what it had put there.
  await bucket.write(`archives/${budget}/without-a-record.zip`, new Uint8Array([1]));
  return listed.jobs.map(({ id }: { readonly id: string }) => id);
}

/** Canceled while the server keeps it waiting: with nothing new it would be over before. */
async function canceledAndRetried(budget: string): Promise<void> {
  const held = Promise.withResolvers<void>();
  proxy.onRequest = () => ({ held: held.promise });
  const { body } = await product.call('POST', '/jobs', {
    body: { type: 'budget_sync', budgetId: budget },
  });
  await product.call('POST', `/jobs/${body.job.id}/cancel`);
  proxy.onRequest = () => 'pass';
  held.resolve();
  expect((await product.ended(body.job.id)).job.status).toBe('canceled');
  await product.call('POST', `/jobs/${body.job.id}/retry`);
}

describe('npm run forget', () => {
  it('deletes all that is kept of a budget, and nothing of another', async () => {
    const [jobs] = [await lived(home), await lived(other)];
    const [items, keys] = [await itemsWith(other), await bucket.keys()];
    const beside = () => keys.filter((key) => key.includes(other));
    expect(beside()).toHaveLength(4);

    const counted = await forget('--budget', home, '--dry-run');
    expect(counted.said).toMatch(
      /^There are 5 jobs, \d+ suggestions, 4 objects and 2 records of .+\. Nothing was deleted\.\n$/,
    );
    expect(await itemsWith(home)).not.toEqual([]);

    const { code, said } = await forget('--budget', home, '--yes');
    expect(said).toBe(
      `${counted.said.replace('There are', 'Deleted').replace('Nothing was deleted.', 'Nothing of it is left in table and bucket.')}`,
    );
    expect(code).toBe(0);
    expect(await itemsWith(home, ...jobs)).toEqual([]);
    expect((await bucket.keys()).filter((key) => key.includes(home))).toEqual([]);
    expect(await itemsWith(other)).toEqual(items);
    expect((await bucket.keys()).filter((key) => key.includes(other))).toEqual(beside());
  });

  it('leaves the budget itself alone: it can be synced again', async () => {
    expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
  });

  it('does nothing while a job of the budget runs, and names it', async () => {
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => ({ held: held.promise });
    const { body } = await product.call('POST', '/jobs', {
      body: { type: 'budget_sync', budgetId: other },
    });
    const before = await bucket.keys();
    const { code, said } = await forget('--budget', other, '--yes');
    expect(said).toContain(`Nothing was deleted.\n${body.job.id} of ${other} waits or runs.`);
    expect(code).toBe(1);
    expect(await bucket.keys()).toEqual(before);
    proxy.onRequest = () => 'pass';
    held.resolve();
    expect((await product.ended(body.job.id)).job.status).toBe('succeeded');
  });

  it('does nothing while a schedule would make the data anew, and names it', async () => {
    const { code, said } = await forget('--budget', SCHEDULED, '--yes');
    expect(said).toContain(`Nothing was deleted: rarely would make jobs for ${SCHEDULED} again.`);
    expect(code).toBe(1);
  });

  it.each<readonly [string, readonly string[], string]>([
    ['without --yes', [], 'Say --yes to do it'],
    ['for a stack that is not there', ['--yes', '--stack', 'Other'], 'There is no stack Other'],
  ])('does not begin %s', async (_when, options, sentence) => {
    const { code, said } = await forget('--budget', home, ...options);
    expect(said).toContain(sentence);
    expect(code).toBe(2);
  });
});
