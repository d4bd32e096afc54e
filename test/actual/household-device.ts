import './own-connections.ts';

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@actual-app/api';
import { today } from '../../functions/actual/library.ts';
import {
  duplicate,
  everything,
  hideCategory,
  hideGroup,
  importFile,
  linkBank,
} from './household-budgets.ts';
import type { Answer, Change, Order } from './household-changes.ts';
import { accountId, categoryId, type Lib, payeeId } from './household-names.ts';
import {
  addDueSchedule,
  buy,
  furnish,
  set,
  spend,
  split,
  transfer,
} from './household-purchases.ts';

/** A device of the household: a process that does with a budget what it is told to. */

const { now } = Date;

async function carryOut(order: Order): Promise<string> {
  Date.now = () => now() + (order.aheadMinutes ?? 0) * 60_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'household-'));
  try {
    const lib = await api.init({
      dataDir,
      serverURL: order.serverUrl,
      password: order.password,
      verbose: false,
    });
    for (const change of order.changes) await apply(lib, change);
    await api.sync();
    const prefs = await lib.send('load-prefs');
    await lib.send('close-budget');
    return prefs?.groupId ?? '';
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function apply(lib: Lib, change: Change): Promise<void> {
  switch (change.do) {
    case 'create':
      await lib.send('create-budget', { budgetName: `Household ${Date.now()}`, avoidUpload: true });
      await furnish(lib, change.transactions);
      if (change.dueSchedule) await addDueSchedule();
      await done(lib.send('upload-budget', {}));
      // First: whoever syncs posts what is due, once a day.
      await lib.send('save-prefs', { lastScheduleRun: today() });
      // A sync of its own that began before this is told that there is no such file, and so would be whoever waits for it.
      await lib.send('sync');
      return;
    case 'open':
      await api.downloadBudget(change.syncId, {
        ...(change.password ? { password: change.password } : {}),
      });
      return;
    case 'add':
      await buy(lib, change.transactions, change.payee, change.notes);
      return;
    case 'spend':
      await spend(change.payee);
      return;
    case 'encrypt':
      // It resets sync too: see below.
      await api.sync();
      await done(lib.send('key-make', { password: change.password }));
      return;
    case 'reset':
      // A sync of its own that is under way would meet the reset, and so would whoever waits for it. It may fail: a reset is what helps where there is too much to be sent.
      await lib.send('sync');
      await done(lib.send('sync-reset'));
      return;
    case 'post-due':
      await lib.send('schedule/force-run-service');
      return;
    case 'duplicate':
      await duplicate(lib);
      return;
    case 'set':
      await set(lib, change);
      return;
    case 'delete':
      await api.deleteTransaction(change.transaction);
      return;
    case 'split':
      await split(lib, change.transaction);
      return;
    case 'merge':
      await api.mergePayees(await payeeId(change.into), [await payeeId(change.payee)]);
      return;
    case 'transfer':
      await transfer(lib, change);
      return;
    case 'hide-group':
      await hideGroup(change.name);
      return;
    case 'hide-category':
      await hideCategory(change.name);
      return;
    case 'delete-category':
      await api.deleteCategory(await categoryId(change.name));
      return;
    case 'close-account':
      await api.closeAccount(await accountId(change.name), await accountId('Savings'));
      return;
    case 'import':
      await importFile(lib, change.file);
      return;
    case 'link-bank':
      await linkBank(lib, change);
      return;
    case 'write-down':
      await writeFile(change.file, JSON.stringify(await everything(lib)));
      return;
  }
}

/** The library answers with what went wrong where others throw. */
async function done(sent: Promise<{ readonly error?: { readonly reason?: string } | undefined }>) {
  const { error } = await sent;
  if (error !== undefined) throw new Error(error.reason ?? 'failed');
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: Order) => say({ syncId: await carryOut(order) }));
// Of whatever goes wrong, in an order or beside it; the library's sentences alone hide why a sync failed.
process.on('uncaughtException', (error) =>
  say({ error: [Reflect.get(error, 'code'), error.stack].join(' ').trim() }),
);

function say(answer: Answer): void {
  process.send?.(answer);
}
