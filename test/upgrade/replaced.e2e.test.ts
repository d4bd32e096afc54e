import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { proxyTo } from '../actual/proxy.ts';
import { synthesized } from '../e2e/assemblies.ts';
import { type Installation, install } from '../e2e/installation.ts';

/** What the stack of the state holds, on this machine: table, bucket, secrets. */
const SURVIVES = /^(dynamodb\.sqlite|buckets|secrets\.json)/;

it('a stack that was destroyed and deployed again finds its data, and goes on with what ran and what waited', async () => {
  const server = await startActualServer();
  const proxy = await proxyTo(server.url);
  let product: Installation | undefined;
  try {
    const assembly = await synthesized();
    product = await install({ assembly, serverUrl: proxy.url });
    const { call, data } = product;
    const home = await householdDoes(server.url, [{ do: 'create', transactions: 5 }]);
    await product.run('sync_and_suggest', home);
    await product.run('snapshot_create', home);
    const { body: before } = await call('GET', `/budgets/${home}/suggestions`);
    const entered = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => {
      entered.resolve();
      return { held: held.promise };
    };
    const create = async () => {
      const { body } = await call('POST', '/jobs', {
        body: { type: 'budget_sync', budgetId: home },
      });
      return body.job.id;
    };
    const [running, waiting] = [await create(), await create()];
    await entered.promise;
    await product.stack.close();
    for (const name of await readdir(data)) {
      if (!SURVIVES.test(name)) await rm(join(data, name), { recursive: true });
    }
    proxy.onRequest = () => 'pass';
    held.resolve();

    product = await install({ assembly, serverUrl: proxy.url, data });
    for (const id of [running, waiting]) {
      expect((await product.ended(id)).job.status).toBe('succeeded');
    }
    const { body: after } = await product.call('GET', `/budgets/${home}/suggestions`);
    expect(after).toEqual(before);
    const { body: kept } = await product.call('GET', `/budgets/${home}/snapshots`);
    expect(kept.snapshots).toHaveLength(1);
    const download = `/budgets/${home}/snapshots/${kept.snapshots[0].id}/download`;
    expect((await product.call('GET', download)).status).toBe(303);
  } finally {
    await product?.close();
    await proxy.close();
    await server.remove();
  }
});
