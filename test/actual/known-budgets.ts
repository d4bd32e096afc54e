import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { type Reader, shareReader, startReader } from './reader.ts';
import { order } from './server-api.ts';
import { uploadFile } from './upload.ts';

/** A budget on the server, and how it was when it was read first. */
export interface Known extends FetchedBudget {
  readonly budgetId: string;
}

/** Both ways to open a budget: from its snapshot, and in full while remembering the file it was of. */
export const ways = ({ budgetId, archive, cloudFileId }: Known) => [
  { budgetId, archive, cloudFileId },
  { budgetId, cloudFileId },
];

/** A server for the tests of a file, whose budgets are brought into the state that a test is about. */
export function knownBudgets() {
  let reader: Reader;

  beforeAll(async () => {
    reader = await startReader();
  });

  shareReader(() => reader);

  const token = () => reader.session.token?.token ?? '';

  return {
    get reader() {
      return reader;
    },
    token,
    async created(...changes: readonly Change[]): Promise<Known> {
      const budgetId = await householdDoes(reader.server.url, [
        { do: 'create', transactions: 3 },
        ...changes,
      ]);
      return { budgetId, ...(await reader.fetch({ budgetId })) };
    },
    byHand: (budgetId: string, ...changes: readonly Change[]) =>
      householdDoes(reader.server.url, [{ do: 'open', syncId: budgetId }, ...changes]),
    upload: (content: Uint8Array) =>
      uploadFile(reader.server.url, token(), { id: randomUUID(), content }),
    post: (path: string, body: object) => order(reader.server.url, token(), path, body),
  };
}
