import * as z from 'zod';
import type { BankRefusal } from '../domain/bank-refusals.ts';
import { type Network, watchedNetwork } from './network.ts';

/** The version of `@actual-app/api` that this code is written for and packed with. */
export const LIBRARY_VERSION = '26.9.0';

/** The newest migration of a budget's database that this version knows. */
export const NEWEST_MIGRATION = 1_787_013_118_115;

/** The part of Actual's library that is used here. It holds one budget per process. */
export interface Library {
  /** Forgets every login and key, and works in `dataDir` from now on. Sends nothing. */
  start(options: { readonly dataDir: string; readonly serverUrl: string }): Promise<void>;
  useToken(token: string): Promise<void>;
  /** Opens a budget and brings it up to date; may resolve with none open (see `openBudget`). */
  downloadBudget(syncId: string, password: string | undefined): Promise<void>;
  /** What the open budget's metadata says; null when none is open. */
  openBudget(): Promise<OpenBudget | null>;
  /** Takes the session token out of the open budget's metadata. */
  forgetUser(): Promise<void>;
  exportBudget(): Promise<Uint8Array>;
  /** A new payee of this name. @returns its id. */
  createPayee(name: string): Promise<string>;
  /**
   * Changes transactions in one batch, and nothing else: no rules, and no other side of a transfer. An unknown id would become a
   * transaction without an account.
   */
  updateTransactions(updated: readonly TransactionFields[]): Promise<void>;
  /** Ids of the open accounts that are linked to a bank, those together that one request asks for: first all of SimpleFIN. */
  linkedAccounts(): Promise<readonly (readonly string[])[]>;
  /** Takes over what the bank has for accounts that one request asks for. @returns why it gave nothing; none when it did. */
  syncBank(accounts: readonly string[]): Promise<readonly BankRefusal[]>;
  /** Sends what changed and takes what others changed, until both sides hold the same. */
  sync(): Promise<void>;
  remoteFiles(): Promise<readonly RemoteFile[]>;
  /** Version of the server; undefined when it does not say. */
  serverVersion(): Promise<string | undefined>;
  /** Closes the open budget, if any, and forgets login and keys. */
  close(): Promise<void>;
  readonly network: Network;
}

export interface OpenBudget {
  /** Name of its folder in the data directory. */
  readonly id: string;
  /** Its sync id. */
  readonly groupId: string | undefined;
  readonly cloudFileId: string | undefined;
  /** Id of its encryption key; null where it is not encrypted. */
  readonly keyId: string | null;
  /** Timestamp of its last sync. */
  readonly lastSynced: string | undefined;
  /** All that its metadata say, the session token among it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Fields of a transaction to be set, by its id. */
export interface TransactionFields {
  readonly id: string;
  readonly category: string;
  readonly payee?: string;
}

/** What a server may say of its version: the user reads it. */
const Version = z.string().regex(/^\d[\w.+-]{0,39}$/);

const RemoteFile = z.object({
  fileId: z.string(),
  /** Its sync id; null in the middle of a reset. */
  groupId: z.string().nullable(),
});
export type RemoteFile = Readonly<z.infer<typeof RemoteFile>>;

type Api = typeof import('@actual-app/api');
/** What takes its messages, once it was started. */
type Engine = Awaited<ReturnType<Api['init']>>;

let loaded: Promise<Library> | undefined;

/** The library, loaded once a process: it keeps the `fetch` that it finds when it is loaded. */
export function loadLibrary(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Library> {
  const realFetch = globalThis.fetch;
  const network = watchedNetwork(realFetch);
  globalThis.fetch = network.fetch;
  const api = await import('@actual-app/api').finally(() => {
    globalThis.fetch = realFetch;
  });
  return libraryOf(api, network);
}

/** What is loaded, as the rest of the product asks for it. */
function libraryOf(api: Api, network: Network): Library {
  let engine: Engine | undefined;

  function running(): Engine {
    if (engine === undefined) throw new Error('The library has not been started');
    return engine;
  }

  return {
    network,

    async start({ dataDir, serverUrl }) {
      const first = engine === undefined;
      engine = await api.init({ dataDir, serverURL: serverUrl, verbose: false, sessionToken: '' });
      if (first) keepSchedulesFromPosting(engine);
    },

    async useToken(token) {
      await running().send('subscribe-set-token', { token });
    },

    downloadBudget: (syncId, password) =>
      api.downloadBudget(syncId, password === undefined ? {} : { password }),

    openBudget: async () => openBudgetIn(running()),

    async forgetUser() {
      await running().send('save-prefs', { userId: '' });
    },

    exportBudget: () => api.exportBudget(),

    createPayee: (name) => api.createPayee({ name }),

    async updateTransactions(updated) {
      // Whatever changed, Actual would make the other side of a transfer that has none, write it anew, or delete it.
      await running().send('transactions-batch-update', {
        updated: [...updated],
        runTransfers: false,
      });
    },

    linkedAccounts: async () => linkedAccountsIn(running()),

    syncBank: async (accounts) => importFromBank(running(), [...accounts]),

    sync: () => api.sync(),

    async remoteFiles() {
      const files = await running().send('get-remote-files');
      // The library hands on whatever the server lists, and what is not of this form tells nothing of a budget.
      return (files ?? []).flatMap((file) => RemoteFile.safeParse(file).data ?? []);
    },

    async serverVersion() {
      const answer = await running().send('get-server-version');
      // The library hands on whatever the server's answer holds there.
      const parsed = 'version' in answer ? Version.safeParse(answer.version) : undefined;
      return parsed?.data;
    },

    async close() {
      if (engine === undefined) return;
      await engine.send('close-budget');
      await engine.send('subscribe-sign-out');
    },
  };
}

async function openBudgetIn(engine: Engine): Promise<OpenBudget | null> {
  const prefs = await engine.send('load-prefs');
  return prefs?.id === undefined
    ? null
    : {
        id: prefs.id,
        groupId: prefs.groupId,
        cloudFileId: prefs.cloudFileId,
        keyId: prefs.encryptKeyId ?? null,
        lastSynced: prefs.lastSyncedTimestamp,
        metadata: { ...prefs },
      };
}

async function linkedAccountsIn(engine: Engine): Promise<readonly (readonly string[])[]> {
  const accounts = await engine.send('accounts-get');
  // Actual asks no bank about closed ones, and says nothing of it.
  const linked = accounts.filter(
    ({ account_id, bankId, closed }) => account_id !== null && bankId !== null && !closed,
  );
  const isTogether = (account: (typeof linked)[number]) =>
    account.account_sync_source === 'simpleFin';
  const together = linked.filter(isTogether).map(({ id }) => id);
  const alone = linked.filter((account) => !isTogether(account)).map(({ id }) => [id]);
  return together.length === 0 ? alone : [together, ...alone];
}

async function importFromBank(engine: Engine, ids: string[]): Promise<readonly BankRefusal[]> {
  const answers =
    ids.length === 1
      ? [await engine.send('accounts-bank-sync', { ids })]
      : (await engine.send('simplefin-batch-sync', { ids })).map(({ res }) => res);
  const errors = answers.flatMap((answer) => answer.errors);
  return errors.map((error) => ({
    category: 'category' in error ? error.category : '',
    code: 'code' in error ? error.code : '',
  }));
}

/**
 * After each sync the library posts schedules that are due, unless the budget's metadata say that this was done today.
 * They say so whenever they are asked: a day that was written down would be yesterday's for a sync across midnight.
 */
function keepSchedulesFromPosting(engine: {
  on(name: string, listener: (event: { readonly type: string }) => void): void;
  send(name: 'load-prefs'): Promise<object | null>;
}): void {
  engine.on('sync', ({ type }) => {
    if (type !== 'start') return;
    void engine.send('load-prefs').then((metadata) => {
      if (metadata === null) return;
      const ranToday = { get: today, set() {}, enumerable: true, configurable: true };
      Object.defineProperty(metadata, 'lastScheduleRun', ranToday);
    });
  });
}

/** The day as the library counts it: in the process's time zone. */
export function today(): string {
  const now = new Date();
  const month = String(now.getMonth() + 1).padStart(2, '0');
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, '0')}`;
}
