import { describe, expect, it } from 'vitest';
import { COSTS_PAGE, DEPLOY_PAGE, rowsOf, sectionsOf } from './markdown.ts';

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

it.each([
  ['invocations of functions', 0],
  ['state transitions', 1],
  ['read units', 3],
  ['write units', 4],
  ['calls of the bucket', 5],
  ['calls of Secrets Manager', 6],
])('%s of a job are those of the page about costs', (what, column) => {
  const measured = rowsOf(COSTS_PAGE).get('`sync_and_suggest`')?.[column];
  const counted = pricesIn(ofJobs).rows.find((row) => row.what === what)?.quantity;
  expect(String(counted)).toBe(measured);
});
