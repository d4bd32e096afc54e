import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidatesOf } from '../../functions/suggest/candidates.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { type Reader, startReader } from './reader.ts';

/** What gets a proposal, beside what Actual itself asks a category for, in a budget that has some of everything. */

interface Seen {
  readonly transactions: readonly {
    readonly id: string;
    readonly payee: string | null;
    readonly starting_balance_flag: boolean;
  }[];
  readonly uncategorised: readonly string[];
}

let reader: Reader;
let folder: string;
let home: string;
let seen: Seen;
/** What may get a proposal of what was seen. */
let found: readonly string[];

async function elsewhere(changes: readonly Change[]): Promise<Seen> {
  const file = join(folder, 'seen.json');
  const opened = { do: 'open', syncId: home } as const;
  await householdDoes(reader.server.url, [opened, ...changes, { do: 'write-down', file }]);
  return JSON.parse(await readFile(file, 'utf8'));
}

function spent(payee: string): string {
  return seen.transactions.find((one) => one.payee === payee)?.id ?? payee;
}

async function open(): Promise<readonly string[]> {
  const { extract } = await reader.fetch({ budgetId: home });
  return candidatesOf(extract).open.map((place) => extract.transactions.id[place] ?? '');
}

const PAYEES = ['Kiosk', 'Stall', 'Market', 'Bakery', 'Locksmith', 'Mortgage', 'Nest', 'Refunded'];

beforeAll(async () => {
  [reader, folder] = await Promise.all([startReader(), mkdtemp(join(tmpdir(), 'uncategorised-'))]);
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 6 }]);
  seen = await elsewhere(PAYEES.map((payee) => ({ do: 'spend', payee })));
  seen = await elsewhere([
    { do: 'split', transaction: spent('Market') },
    { do: 'set', transaction: spent('Bakery'), fields: { category: 'Bills' } },
    { do: 'delete-category', name: 'Bills' },
    { do: 'set', transaction: spent('Locksmith'), fields: { reconciled: true } },
    { do: 'transfer', transaction: spent('Mortgage'), to: 'House' },
    { do: 'transfer', transaction: spent('Nest'), to: 'Savings' },
    { do: 'delete', transaction: spent('Refunded') },
    { do: 'merge', payee: 'Stall', into: 'Kiosk' },
    { do: 'delete-category', name: 'Starting Balances' },
  ]);
  found = await open();
});

afterAll(async () => {
  await reader.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('what may get a proposal', () => {
  it('is what Actual counts as uncategorised, but for starting balances', () => {
    expect(found.filter((id) => !seen.uncategorised.includes(id))).toEqual([]);
    const starting = seen.transactions.filter((one) => one.starting_balance_flag);
    expect(seen.uncategorised.filter((id) => !found.includes(id))).toEqual(
      starting.map(({ id }) => id),
    );
  });

  it('is none of what Actual counts in an account that was closed', async () => {
    const { uncategorised } = await elsewhere([{ do: 'close-account', name: 'Checking' }]);
    expect(uncategorised).toContain(spent('Kiosk'));
    expect(await open()).toEqual([]);
  });
});
