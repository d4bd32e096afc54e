import { fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY_VERSION } from '../../functions/actual/library.ts';
import { startActualServer } from '../../local/actual/server.ts';
import type { BuildAnswer, BuildOrder } from './build.ts';
import { type BudgetSize, USUAL_SIZE } from './rows.ts';

/** A real Actual server that has the budget of `rows.ts`. */
export interface BudgetServer {
  readonly url: string;
  readonly password: string;
  /** The budget's sync id. */
  readonly budgetId: string;
  /** Another device adds so many transactions to the budget, and syncs. */
  add(transactions: number): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

/** The data folder of an Actual server that is stopped. */
export interface BudgetFolder {
  /** Not to be worked in: the server's own folder is a copy of it. */
  readonly path: string;
  readonly budgetId: string;
}

const CACHE = join(import.meta.dirname, '../../.bench');
const SYNC_ID = 'sync-id';

/** Starts a server on a copy of the budget, so that whatever is done with it, the next one has it as it was built. */
export async function startBudgetServer(size: BudgetSize = USUAL_SIZE): Promise<BudgetServer> {
  const { path, budgetId } = await budgetFolder(size);
  const data = await mkdtemp(join(tmpdir(), 'budget-server-'));
  await cp(path, data, { recursive: true });
  const server = await startActualServer(data);
  const { url, password } = server;
  return {
    url,
    password,
    budgetId,
    async add(transactions) {
      const work = { do: 'add', syncId: budgetId, transactions } as const;
      await carriedOut({ serverUrl: url, password, work });
    },
    async close() {
      await server.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Built once: for 20,000 transactions in some seconds, for 200,000 in half a minute. */
async function budgetFolder(size: BudgetSize): Promise<BudgetFolder> {
  const name = `actual-${size.transactions}-${size.uncategorised}-${size.payees}-`;
  const path = join(CACHE, `${name}${await madeOf(size)}`);
  if (!existsSync(path)) {
    await mkdir(CACHE, { recursive: true });
    const outdated = (await readdir(CACHE)).filter((one) => one.startsWith(name));
    for (const one of outdated) await rm(join(CACHE, one), { recursive: true, force: true });
    await buildInto(path, size);
  }
  return { path, budgetId: await readFile(join(path, SYNC_ID), 'utf8') };
}

/** It gets its name when it is whole. */
async function buildInto(path: string, size: BudgetSize): Promise<void> {
  const building = join(CACHE, `building-${randomUUID()}`);
  try {
    const server = await startActualServer(building);
    const { url: serverUrl, password } = server;
    const order = { serverUrl, password, work: { do: 'build', size } } as const;
    const syncId = await carriedOut(order).finally(() => server.close());
    await writeFile(join(building, SYNC_ID), syncId);
    await rename(building, path).catch((error: unknown) => {
      // Somebody else has built it meanwhile.
      if (!existsSync(path)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function carriedOut(order: BuildOrder): Promise<string> {
  const builder = fork(join(import.meta.dirname, 'build.ts'), {
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const heard = new AbortController();
  const { signal } = heard;
  try {
    // The password is not for a command line.
    builder.send(order);
    const ended = once(builder, 'exit', { signal }).then(() => [{ error: 'its process ended' }]);
    const message: Promise<BuildAnswer[]> = once(builder, 'message', { signal });
    const [answer] = await Promise.race([message, ended]);
    if (answer !== undefined && 'syncId' in answer) return answer.syncId;
    throw new Error(`The budget could not be made: ${answer?.error}`);
  } finally {
    heard.abort();
    builder.kill();
  }
}

/** A name for all that the folder is made of: whatever changes, it is built anew. */
async function madeOf(size: BudgetSize): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(size));
  const sources = (await readdir(import.meta.dirname)).toSorted();
  for (const name of sources) hash.update(await readFile(join(import.meta.dirname, name)));
  hash.update(await readFile(join(import.meta.dirname, '../random.ts')));
  const { resolve } = createRequire(import.meta.url);
  hash.update(await readFile(resolve('@actual-app/sync-server/package.json')));
  hash.update(LIBRARY_VERSION);
  return hash.digest('hex').slice(0, 12);
}
