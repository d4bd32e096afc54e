import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { type ActualServer, startActualServer } from './actual-server.ts';
import { householdDoes } from './household.ts';
import { MemorySession, settingsOf } from './memory-ports.ts';
import { sendMessage } from './messages.ts';
import { type MishapProxy, proxyTo } from './proxy.ts';
import { type BankAccount, type SimpleFinBank, startSimpleFinBank } from './simplefin-bank.ts';

/** Actual's own bank sync through a real Actual server, with a bank at its edge that can refuse. */

const GIRO = 'bank-giro';
const CARD = 'bank-card';

let server: ActualServer;
let proxy: MishapProxy;
let bank: SimpleFinBank;
let folder: string;
let home: string;
let made = 0;
const session = new MemorySession();
const sending = vi.fn(async () => {});

beforeAll(async () => {
  // The library neither saves nor syncs when it believes to be under test itself.
  vi.stubEnv('NODE_ENV', 'production');
  [server, bank, folder] = await Promise.all([
    startActualServer(),
    startSimpleFinBank(),
    mkdtemp(join(tmpdir(), 'banks-')),
  ]);
  proxy = await proxyTo(server.url);
  for (const [id, name] of [
    [GIRO, 'Giro of Anna'],
    [CARD, 'Card of Anna'],
  ] as const) {
    bank.accounts.set(id, { name, org: name, transactions: [], state: 'fine' });
  }
  home = await householdDoes(server.url, [
    { do: 'create', transactions: 10 },
    {
      do: 'link-bank',
      accessKey: bank.accessKey,
      accounts: [...bank.accounts].map(([id, { name }]) => ({ id, name })),
    },
  ]);
});

beforeEach(() => {
  for (const account of bank.accounts.values()) account.state = 'fine';
  bank.revoked = false;
  bank.asked.length = 0;
  proxy.onRequest = () => 'pass';
  sending.mockReset();
});

afterAll(async () => {
  await proxy.close();
  await server.remove();
  await bank.close();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

function sync(budgetId = home) {
  const budgets = new ActualBudgets({
    settings: async () => settingsOf(proxy.url),
    tokens: session,
    logins: session,
    owner: workerId('worker'),
  });
  return budgets.fetchWithBanks({ budgetId }, sending);
}

function account(id: string): BankAccount {
  const found = bank.accounts.get(id);
  if (found === undefined) throw new Error(`The bank has no ${id}`);
  return found;
}

/** A purchase that the bank knows of and the budget does not. @returns its payee. */
function bought(id: string): string {
  const payee = `Kiosk ${++made}`;
  account(id).transactions.push({ id: `purchase-${made}`, amount: -500 - made, payee });
  return payee;
}

/** Names of all payees with transactions, as another device of the household sees them. */
async function payeesElsewhere(): Promise<readonly string[]> {
  const file = join(folder, `${++made}.json`);
  await householdDoes(server.url, [
    { do: 'open', syncId: home },
    { do: 'write-down', file },
  ]);
  const { transactions } = JSON.parse(await readFile(file, 'utf8'));
  return transactions.map(({ payee }: { readonly payee: string }) => payee);
}

describe('bank sync', () => {
  it('brings what the banks have into the budget, and to its server', async () => {
    const payees = [bought(GIRO), bought(CARD)];
    const { banks, extract } = await sync();
    expect(banks).toEqual({ linked: 2, refusals: [] });
    expect(extract.payees.map(({ name }) => name)).toEqual(expect.arrayContaining(payees));
    expect(await payeesElsewhere()).toEqual(expect.arrayContaining(payees));
  });

  it('takes a transaction once, however often it is run', async () => {
    const payee = bought(GIRO);
    await sync();
    await sync();
    expect((await payeesElsewhere()).filter((name) => name === payee)).toHaveLength(1);
  });

  it('asks SimpleFIN once for all accounts: it shuts out whoever asks often', async () => {
    await sync();
    expect(bank.asked.map((ids) => ids.toSorted())).toEqual([[CARD, GIRO]]);
  });

  it.each([
    ['gone', 'ACCOUNT_MISSING'],
    ['attention', 'ACCOUNT_NEEDS_ATTENTION'],
  ] as const)('goes on with the others when an account is %s', async (state, category) => {
    account(GIRO).state = state;
    const payee = bought(CARD);
    const { banks, extract } = await sync();
    expect(banks).toEqual({ linked: 2, refusals: [{ category, code: category }] });
    expect(extract.payees.map(({ name }) => name)).toContain(payee);
  });

  it('asks any other bank for each account alone, and goes on with SimpleFIN where it refuses', async () => {
    const syncId = await householdDoes(server.url, [
      { do: 'create', transactions: 5 },
      {
        do: 'link-bank',
        accessKey: bank.accessKey,
        accounts: [GIRO, CARD].map((id) => ({ id, name: id })),
      },
    ]);
    const { extract: before, cloudFileId } = await sync(syncId);
    const row = before.accounts.find(({ name }) => name === CARD)?.id ?? '';
    const elsewhere = {
      table: 'accounts',
      row,
      column: 'account_sync_source',
      value: 'S:goCardless',
    };
    await sendMessage(server.url, session.token?.token ?? '', { syncId, cloudFileId }, elsewhere);
    const refusal = { error_type: 'ITEM_ERROR', error_code: 'ITEM_LOGIN_REQUIRED' };
    const body = JSON.stringify({ status: 'ok', data: refusal });
    proxy.onRequest = (path) =>
      path === '/gocardless/transactions'
        ? { status: 200, type: 'application/json', body }
        : 'pass';
    bank.asked.length = 0;
    const payee = bought(GIRO);
    const { banks, extract } = await sync(syncId);
    const refused = { category: 'ITEM_ERROR', code: 'ITEM_LOGIN_REQUIRED' };
    expect(banks).toEqual({ linked: 2, refusals: [refused] });
    expect(bank.asked).toEqual([[GIRO]]);
    expect(extract.payees.map(({ name }) => name)).toContain(payee);
  });

  it('says of each account that the bank refused it', async () => {
    bank.revoked = true;
    const { banks } = await sync();
    const refusal = { category: 'INVALID_ACCESS_TOKEN', code: 'INVALID_ACCESS_TOKEN' };
    expect(banks).toEqual({ linked: 2, refusals: [refusal, refusal] });
  });

  it('takes an answer that is none for a refusal', async () => {
    proxy.onRequest = (path) =>
      path.startsWith('/simplefin') ? { status: 502, body: '<h1>Giro of Anna</h1>' } : 'pass';
    const { banks } = await sync();
    expect(banks.refusals).toHaveLength(2);
    expect(JSON.stringify(banks)).not.toContain('Anna');
  });

  it('says before the first change that it is about to change the budget, once', async () => {
    sending.mockImplementation(async () => expect(bank.asked).toEqual([]));
    await sync();
    expect(sending).toHaveBeenCalledTimes(1);
  });

  it('asks no bank when it may not change the budget any more', async () => {
    bought(GIRO);
    sending.mockRejectedValue(new JobNotRunningError());
    await expect(sync()).rejects.toThrow(JobNotRunningError);
    expect(bank.asked).toEqual([]);
  });

  it('fails when the outcome cannot be sent, and loses nothing by that', async () => {
    const payee = bought(GIRO);
    sending.mockImplementation(async () => {
      proxy.onRequest = (path) =>
        path.startsWith('/sync/') ? { status: 503, body: 'down' } : 'pass';
    });
    await expect(sync()).rejects.toMatchObject({ name: 'SERVER_UNREACHABLE' });
    proxy.onRequest = () => 'pass';
    sending.mockReset();
    await sync();
    expect((await payeesElsewhere()).filter((name) => name === payee)).toHaveLength(1);
  });

  it('has nothing to do where no account is linked', async () => {
    const other = await householdDoes(server.url, [{ do: 'create', transactions: 5 }]);
    expect((await sync(other)).banks).toEqual({ linked: 0, refusals: [] });
    expect(sending).not.toHaveBeenCalled();
  });

  it('counts no account as linked that one device closed while another linked it', async () => {
    const syncId = await householdDoes(server.url, [
      { do: 'create', transactions: 5 },
      { do: 'link-bank', accessKey: bank.accessKey, accounts: [{ id: GIRO, name: 'Giro' }] },
    ]);
    const { banks, extract, cloudFileId } = await sync(syncId);
    expect(banks).toEqual({ linked: 1, refusals: [] });
    const row = extract.accounts.find(({ name }) => name === 'Giro')?.id ?? '';
    const closed = { table: 'accounts', row, column: 'closed', value: 'N:1' };
    const file = { syncId, cloudFileId };
    await sendMessage(server.url, session.token?.token ?? '', file, closed);
    sending.mockReset();
    expect((await sync(syncId)).banks).toEqual({ linked: 0, refusals: [] });
    expect(sending).not.toHaveBeenCalled();
  });
});
