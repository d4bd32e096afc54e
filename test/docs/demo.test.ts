import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';

/** The page of the demo's purchases says what is in the file. */

const FOLDER = join(import.meta.dirname, '../../local/demo');
const page = readFileSync(join(FOLDER, 'README.md'), 'utf8').replaceAll('\n', ' ');
const rows: readonly Readonly<Record<string, string>>[] = parse(
  readFileSync(join(FOLDER, 'purchases.csv')),
  { columns: true },
);
const dates = rows.map(({ date = '' }) => date).sort();
const month = (date = '') =>
  new Date(date).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

it('how many purchases there are, on how many cards, from when to when', () => {
  expect(page).toContain(`${rows.length.toLocaleString('en')} real card purchases`);
  expect(new Set(rows.map(({ account }) => account)).size).toBe(11);
  expect(page).toContain(`on eleven cards, ${month(dates.at(0))} to ${month(dates.at(-1))}`);
});

it('that those of the last month, and no others, have no categories', () => {
  const lastMonth = dates.at(-1)?.slice(0, 'YYYY-MM'.length) ?? '';
  const bare = rows.filter(({ category }) => category === '');
  expect(bare).toEqual(rows.filter(({ date = '' }) => date.startsWith(lastMonth)));
});
