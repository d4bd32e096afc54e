import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Row } from '../functions/suggest/history/row.ts';

/** A purchase with the category that a person gave it. */
export interface Purchase {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly row: Row;
  readonly category: string;
}

const COLUMNS = ['date', 'account', 'payee', 'amount', 'category'] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads `date,account,payee,amount,category` from a CSV file, gzipped or not, oldest first. Amounts there are positive
 * when spent.
 *
 * @throws RangeError when a column is missing or a row makes no sense.
 */
export async function readPurchases(file: string): Promise<readonly Purchase[]> {
  const bytes = await readFile(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  const records: readonly (readonly string[])[] = parse(text, { relax_quotes: true, bom: true });
  const header = records[0] ?? [];
  const places = COLUMNS.map((column) => header.indexOf(column));
  const missing = COLUMNS.filter((_, index) => places[index] === -1);
  if (missing.length > 0) throw new RangeError(`${file} has no column ${missing.join(', ')}`);
  const purchases = records.slice(1).map((record, index) =>
    purchaseOf(
      places.map((place) => record[place] ?? ''),
      index + 2,
    ),
  );
  return purchases.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function purchaseOf(values: readonly string[], line: number): Purchase {
  const [date = '', account = '', payee = '', amount = '', category = ''] = values;
  const spent = Number(amount);
  if (!DATE.test(date) || amount === '' || !Number.isFinite(spent) || category === '') {
    throw new RangeError(`Line ${line} is no purchase`);
  }
  return {
    date,
    row: {
      day: Date.parse(date) / 86_400_000,
      account,
      payee,
      text: payee,
      notes: '',
      amount: -Math.round(spent * 100),
    },
    category,
  };
}
