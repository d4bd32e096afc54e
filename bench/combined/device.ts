import '../../test/actual/own-connections.ts';

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@actual-app/api';

/** Another device of the household, in a process of its own, with the budget open: new transactions come in there. */

export interface DeviceOrder {
  readonly serverUrl: string;
  readonly password: string;
  readonly budgetId: string;
  /** How many come in, as from a bank: at payees that are known, without a category. */
  readonly transactions: number;
}

/** Empty when they are on the server. */
export type DeviceAnswer = { readonly error?: string };

const FIRST_DAY = Date.UTC(2026, 6, 1);
const DAY_MS = 86_400_000;

let library: ReturnType<typeof open> | undefined;
let days = 0;

async function open({ serverUrl, password, budgetId }: DeviceOrder) {
  const dataDir = await mkdtemp(join(tmpdir(), 'device-'));
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const opened = await api.init({ dataDir, serverURL: serverUrl, password, verbose: false });
  await api.downloadBudget(budgetId);
  return opened;
}

async function add(order: DeviceOrder): Promise<void> {
  library ??= open(order);
  const lib = await library;
  const [account] = await api.getAccounts();
  const payees = (await api.getPayees()).filter((payee) => !payee.transfer_acct);
  const date = new Date(FIRST_DAY + days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
  days += 1;
  const added = Array.from({ length: order.transactions }, (_, index) => {
    const payee = payees[(index * 7) % payees.length];
    return {
      id: randomUUID(),
      account: account?.id ?? '',
      date,
      amount: -100 * (index + 1),
      payee: payee?.id ?? '',
      imported_payee: `${payee?.name.toUpperCase()} ${index}`,
      cleared: true,
    };
  });
  await lib.send('transactions-batch-update', { added });
  await api.sync();
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: DeviceOrder) => {
  await add(order);
  say({});
});
process.on('uncaughtException', ({ stack = '' }) => say({ error: stack }));

function say(answer: DeviceAnswer): void {
  process.send?.(answer);
}
