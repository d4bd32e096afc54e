import { readFile } from 'node:fs/promises';
import { ActualBudgets } from '../../functions/actual/client.ts';
import type { SessionToken } from '../../functions/actual/session.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';

/**
 * The floor of a combined job, in a process of its own that stays: restores a snapshot, syncs it, packs it and
 * proposes, by the product's own code, with nothing of what makes a job of it.
 */

export interface BareOrder {
  readonly serverUrl: string;
  readonly password: string;
  readonly budgetId: string;
  /** Path of the snapshot's archive. */
  readonly archive: string;
}

/** How long it took, or what went wrong. */
export type BareAnswer =
  | { readonly milliseconds: number; readonly transactions: number; readonly proposals: number }
  | { readonly error: string };

let token: SessionToken | undefined;
const owner = workerId('bare');

async function work(order: BareOrder): Promise<BareAnswer> {
  const { serverUrl, password, budgetId } = order;
  const settings = { serverUrl, password, secretVersion: '', serverId: '', budgetPasswords: {} };
  const budgets = new ActualBudgets({
    settings: async () => settings,
    tokens: {
      read: async () => token,
      write: async (given) => {
        token = given;
      },
    },
    logins: {
      takeLease: async () => true,
      releaseLease: async () => {},
      past: async () => ({}),
      rememberRefusal: async () => {},
      rememberLogin: async () => {},
    },
    owner,
  });
  const started = performance.now();
  const archive = await readFile(order.archive);
  const { extract } = await budgets.fetch({ budgetId, archive });
  const { proposals } = await historyEngine.propose(extract, { decisions: [] });
  const milliseconds = performance.now() - started;
  return {
    milliseconds,
    transactions: extract.transactions.id.length,
    proposals: proposals.length,
  };
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: BareOrder) => say(await work(order)));
process.on('uncaughtException', ({ stack = '' }) => say({ error: stack }));

function say(answer: BareAnswer): void {
  process.send?.(answer);
}
