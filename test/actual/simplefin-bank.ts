import { createServer } from 'node:http';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/**
 * The bank behind the Actual server: speaks SimpleFIN's protocol, as far as sync-server 26.9.0 listens to it. The
 * server's own code, its secrets and its refusals are real.
 */
export interface SimpleFinBank {
  /** What the Actual server keeps as its secret `simplefin_accessKey`. */
  readonly accessKey: string;
  readonly accounts: Map<string, BankAccount>;
  /** The bank refuses everything, as after a revoked token. */
  revoked: boolean;
  /** Ids of the accounts asked for, by request. */
  readonly asked: (readonly string[])[];
  close(): Promise<void>;
}

export interface BankAccount {
  readonly name: string;
  readonly org: string;
  readonly transactions: BankTransaction[];
  state: 'fine' | 'gone' | 'attention';
}

interface BankTransaction {
  readonly id: string;
  /** In cents. */
  readonly amount: number;
  readonly payee: string;
}

/** All transactions are of the day on which they are asked for: those of a day before an account's first are left out. */
const posted = () => Math.floor(Date.now() / 1000);

export async function startSimpleFinBank(): Promise<SimpleFinBank> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://bank');
    const ids = url.searchParams.getAll('account');
    bank.asked.push(ids);
    if (bank.revoked) {
      response.writeHead(403).end('Forbidden');
      return;
    }
    const known = [...bank.accounts].filter(
      ([id, { state }]) => state !== 'gone' && (ids.length === 0 || ids.includes(id)),
    );
    const errors = known
      .filter(([, { state }]) => state === 'attention')
      .map(([, { org }]) => `Connection to ${org} may need attention`);
    const body = { errors, accounts: known.map(([id, account]) => worded(id, account)) };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  const { url, close } = await listenOnLoopback(server);
  const bank: SimpleFinBank = {
    accessKey: `${url.replace('://', '://user:key@')}/simplefin`,
    accounts: new Map(),
    revoked: false,
    asked: [],
    close,
  };
  return bank;
}

function worded(id: string, { name, org, transactions }: BankAccount) {
  const inUnits = (cents: number) => (cents / 100).toFixed(2);
  return {
    id,
    name,
    org: { name: org, domain: `${org.toLowerCase()}.example` },
    currency: 'EUR',
    balance: inUnits(transactions.reduce((sum, { amount }) => sum + amount, 0)),
    'balance-date': posted(),
    transactions: transactions.map((transaction) => ({
      id: transaction.id,
      posted: posted(),
      amount: inUnits(transaction.amount),
      payee: transaction.payee,
      description: transaction.payee,
    })),
  };
}
