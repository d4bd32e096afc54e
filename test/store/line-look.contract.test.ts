import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startJob } from '../../functions/domain/transitions.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import type { TableClient, TableOptions } from '../../functions/store/table.ts';
import { at, context } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';
import { canceled, HOME, lockFor, newJob } from './job-line.ts';

/** Looks at a line that moves between the two reads that they take. */

let tables: Tables;
let options: TableOptions;
let store: JobStore;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  options = await tables.empty();
  store = new JobStore({ ...options, now: () => at(0) });
});

/** What is seen where something happens after the first of the reads. */
function lookWhile(happens: () => Promise<unknown>) {
  const { client } = options;
  let reads = 0;
  const moving: TableClient = {
    send: async (command: object) => {
      if (command instanceof QueryCommand && ++reads === 2) await happens();
      return Reflect.apply(client.send, client, [command]);
    },
  };
  return new JobStore({ ...options, client: moving, now: () => at(0) }).look(HOME);
}

it.each([
  ['is called off', (change: ReturnType<typeof newJob>) => store.cancel(canceled(change.record))],
  [
    'is taken by another look',
    ({ record }: ReturnType<typeof newJob>) =>
      store.claim(startJob(record, context(1)), lockFor(record)),
  ],
])('a line whose only job %s meanwhile has nobody to start', async (_how, leaves) => {
  const change = newJob(1);
  await store.create({ change });
  expect(await lookWhile(() => leaves(change))).toEqual({});
});
