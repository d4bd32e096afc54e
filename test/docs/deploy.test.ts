import { describe, expect, it } from 'vitest';
import { PRICES, type Priced } from '../../bench/costs/prices.ts';
import { COSTS_PAGE, DEPLOY_PAGE, README, rowsOf, sectionsOf } from './markdown.ts';

/** What the page about deploying says it costs follows from quantities and prices, and those of a job from theirs. */

const COSTS = sectionsOf(DEPLOY_PAGE).get('What it costs') ?? '';
const [, ofJobs = '', atRest = ''] = COSTS.split(/^For 1,000 jobs|At rest, a month/m);

/** `8,640` or `0.1`. */
const numberIn = (text: string) => Number(text.replaceAll(',', ''));

interface Row {
  readonly what: string;
  readonly quantity: number;
  /** Of one. */
  readonly price: number;
  readonly amount: number;
}

function pricesIn(table: string): { readonly rows: readonly Row[]; readonly together: number } {
  const rows = [...rowsOf(table)].flatMap(([what, [quantity = '', price = '', amount = '']]) => {
    const [, dollars = '', per = ''] = /^\$([\d.]+) per ([\d,]+)$/.exec(price) ?? [];
    if (dollars === '') return [];
    const unit = Number(dollars) / numberIn(per);
    return [{ what, quantity: numberIn(quantity), price: unit, amount: Number(amount.slice(1)) }];
  });
  const sum = rowsOf(table).get('**together**')?.at(-1) ?? '';
  return { rows, together: Number(/\$([\d.]+)/.exec(sum)?.[1]) };
}

describe.each([
  ['1,000 jobs', ofJobs, 1000],
  ['a month at rest', atRest, 1],
])('the costs of %s', (_of, table, times) => {
  const { rows, together } = pricesIn(table);

  it.each(rows)('$what: quantity times price', ({ quantity, price, amount }) => {
    expect(amount).toBeCloseTo(quantity * times * price, 4);
  });

  it('add up', () => {
    expect(rows.length).toBeGreaterThan(5);
    const sum = rows.reduce((all, { amount }) => all + amount, 0);
    expect(together).toBeCloseTo(sum, 2);
  });
});

it('the README says what 1,000 jobs cost', () => {
  expect(README).toContain(`$${pricesIn(ofJobs).together} for 1,000 jobs`);
});

it.each([
  ['invocations of functions', 0],
  ['state transitions', 1],
  ['read units', 3],
  ['write units', 4],
  ['calls of Secrets Manager', 6],
])('%s of a job are those of the page about costs', (what, column) => {
  const measured = rowsOf(COSTS_PAGE).get('`sync_and_suggest`')?.[column];
  const counted = pricesIn(ofJobs).rows.find((row) => row.what === what)?.quantity;
  expect(String(counted)).toBe(measured);
});

const PRICED: Readonly<Record<string, Priced>> = {
  'invocations of functions': 'invocation',
  'invocations of the sweep': 'invocation',
  'their time, modelled, in GB-seconds': 'functionTime',
  'state transitions': 'stateTransition',
  'write units': 'writeUnit',
  'read units': 'readUnit',
  'read units of the sweep': 'readUnit',
  'objects put into the bucket': 'bucketWrite',
  'objects read from the bucket': 'bucketRead',
  'calls of Secrets Manager': 'secretCall',
  'calls of the API': 'apiCall',
  'events on the bus': 'event',
  traces: 'trace',
  'its traces': 'trace',
  'its calls for the key of the table': 'keyCall',
  'secrets, of one Actual server': 'secret',
  'table, in GB': 'tableStorage',
  'its backups, in GB': 'tableBackup',
  'bucket, in GB': 'bucketStorage',
  'alarms, without a schedule': 'alarm',
  dashboard: 'dashboard',
};
/** Logs are said in kB here, and have their price by the GB. */
const KILOBYTES: ReadonlySet<string> = new Set(['logs, in kB', 'its logs, in kB']);

it.each([...pricesIn(ofJobs).rows, ...pricesIn(atRest).rows])(
  'the price of $what is that of the file of prices',
  ({ what, price }) => {
    const priced = PRICED[what] ?? 'logs';
    expect(KILOBYTES.has(what)).toBe(priced === 'logs');
    const { dollars, per } = PRICES[priced];
    expect(price).toBeCloseTo(dollars / per / (priced === 'logs' ? 1e6 : 1), 12);
  },
);
