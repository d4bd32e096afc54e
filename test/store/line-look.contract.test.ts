import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import type { JobRecord } from '../../functions/domain/job.ts';
import { startJob } from '../../functions/domain/transitions.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import type { TableClient } from '../../functions/store/table.ts';
import { at, context } from '../domain/builders.ts';
import { canceled, HOME, jobLine, lockFor } from './job-line.ts';

/** Looks at a line that moves between the two reads that they take. */

const line = jobLine();

/** What is seen where something happens after the first of the reads. */
function lookWhile(happens: () => Promise<unknown>) {
  const { options } = line;
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
  ['is called off', (record: JobRecord) => line.store.cancel(canceled(record))],
  [
    'is taken by another look',
    (record: JobRecord) => line.store.claim(startJob(record, context(2)), lockFor(record)),
  ],
])('a line whose only job %s meanwhile has nobody to start', async (_how, leaves) => {
  const record = await line.queued(1);
  expect(await lookWhile(() => leaves(record))).toEqual({});
});
