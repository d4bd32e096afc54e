import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** One stack with two Actual servers, and a budget that its map does not name any more. */

interface Place {
  readonly server: ActualServer;
  readonly proxy: MishapProxy;
  readonly budget: string;
}

let home: Place;
let club: Place;
/** On home's server; mapped at first. */
let outside: string;
/** What it has: a job, a kept copy, a suggestion. */
let itsOwn: { readonly jobId: string; readonly snapshotId: string; readonly suggestionId: string };
let product: Installation;

beforeAll(async () => {
  [home, club] = await Promise.all([openPlace(), openPlace()]);
  outside = await householdDoes(home.server.url, [{ do: 'create', transactions: 20 }]);
  const before = await installWith([home.budget, outside]);
  const { job } = await before.run('sync_and_suggest', outside);
  const { job: kept } = await before.run('snapshot_create', outside);
  const { body } = await before.call('GET', `/budgets/${outside}/suggestions`);
  itsOwn = { jobId: job.id, snapshotId: kept.id, suggestionId: body.suggestions[0].id };
  await before.stack.close();
  product = await installWith([home.budget], before.data);
});

beforeEach(() => {
  for (const { proxy } of [home, club]) proxy.onRequest = () => 'pass';
});

afterAll(async () => {
  await product?.close();
  for (const place of [home, club]) {
    await place?.proxy.close();
    await place?.server.remove();
  }
});

async function openPlace(): Promise<Place> {
  const server = await startActualServer();
  const proxy = await proxyTo(server.url);
  const budget = await householdDoes(server.url, [{ do: 'create', transactions: 20 }]);
  return { server, proxy, budget };
}

async function installWith(budgets: readonly string[], data?: string): Promise<Installation> {
  const servers = [
    { id: 'home', budgets },
    { id: 'club', budgets: [club.budget] },
  ];
  const secretOf = ({ proxy }: Place) =>
    JSON.stringify({ serverUrl: proxy.url, password: PASSWORD });
  return install({
    assembly: await synthesized({ servers }),
    secrets: { ActualSecretIdHome: secretOf(home), ActualSecretIdClub: secretOf(club) },
    ...(data === undefined ? {} : { data }),
  });
}

const loginsAt = ({ proxy }: Place) =>
  proxy.paths.filter((path) => path === '/account/login').length;

const tokenOf = (output: string): string => JSON.parse(product.stack.secretOf(output)).token;

async function itemsInTable(): Promise<number> {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = '' } = product.stack.endpoints;
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  const TableName = String(product.stack.stack.outputs.TableName);
  const { Count } = await client.send(new ScanCommand({ TableName, Select: 'COUNT' }));
  client.destroy();
  return Count ?? 0;
}

describe('budgets of two servers', () => {
  it('are synced with their own, at once and one after the other, with one login each', async () => {
    for (let round = 0; round < 2; round += 1) {
      const jobs = await Promise.all(
        [home, club].map(({ budget }) => product.run('sync_and_suggest', budget)),
      );
      for (const { job } of jobs) {
        expect(job).toMatchObject({ status: 'succeeded', failureReason: null });
      }
    }
    for (const { budget } of [home, club, home, club]) {
      expect((await product.run('budget_sync', budget)).job.status).toBe('succeeded');
    }
    expect([loginsAt(home), loginsAt(club)]).toEqual([1, 1]);
    expect(tokenOf('SessionSecretIdHome')).not.toBe(tokenOf('SessionSecretIdClub'));
  });

  it('have nothing to do with the other server, also when that is down', async () => {
    const asked = home.proxy.paths.length;
    expect((await product.run('budget_sync', club.budget)).job.status).toBe('succeeded');
    expect(home.proxy.paths).toHaveLength(asked);

    home.proxy.onRequest = () => 'cut';
    const [failed, went] = await Promise.all(
      [home, club].map(({ budget }) => product.run('budget_sync', budget)),
    );
    expect(failed?.job).toMatchObject({ status: 'failed', failureCode: 'SERVER_UNREACHABLE' });
    expect(went?.job.status).toBe('succeeded');
  });
});

interface Operation {
  readonly method: string;
  readonly path: string;
}

/** What the API offers, as its own document says. */
async function operations(): Promise<readonly Operation[]> {
  const { body } = await product.call('GET', '/openapi.json');
  return Object.entries<Record<string, unknown>>(body.paths)
    .filter(([path]) => path !== '/openapi.json')
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
}

/** A good request, were it not for the budget. */
function outsideRequest({ method, path }: Operation): readonly [path: string, body?: unknown] {
  const filled = path
    .replace('{budgetId}', outside)
    .replace('{jobId}', itsOwn.jobId)
    .replace('{suggestionId}', itsOwn.suggestionId)
    .replace('{snapshotId}', itsOwn.snapshotId);
  if (path === '/jobs') {
    return method === 'POST'
      ? [filled, { type: 'budget_sync', budgetId: outside }]
      : [`${filled}?budgetId=${outside}`];
  }
  const one = { status: 'rejected' };
  if (method === 'PATCH') {
    const many = { decisions: [{ id: itsOwn.suggestionId, ...one }] };
    return [filled, path.includes('{suggestionId}') ? one : many];
  }
  return [filled];
}

describe('a budget outside the map', () => {
  it('is not there, in any call of the API, and nothing is written', async () => {
    const items = await itemsInTable();
    const all = await operations();
    expect(all.length).toBeGreaterThan(8);
    for (const operation of all) {
      const [path, body] = outsideRequest(operation);
      const answer = await product.call(operation.method, path, { body });
      expect(answer.status, `${operation.method} ${path}`).toBe(404);
      expect(answer.body.type).toBe('urn:actual-jobs:problem:not-found');
    }
    expect(await itemsInTable()).toBe(items);
    expect(items).toBeGreaterThan(5);
  });
});
