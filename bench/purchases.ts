import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { Row } from '../functions/suggest/history/row.ts';

/** A purchase with the category that a person gave it. */
export interface Purchase {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly row: Row;
  readonly category: string;
}

/** A day of the calendar, written as in the file. */
export const Day = z.iso.date();

const COLUMNS = ['date', 'account', 'payee', 'amount', 'category'] as const;
/** Without signs of thousands, and nothing that JavaScript alone takes for a number. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** What every gzipped file begins with. */
const GZIPPED = Buffer.from([0x1f, 0x8b]);

const PurchaseRecord = z.strictObject({
  date: z.iso.date('is no day, as 2019-07-01 is'),
  account: z.string(),
  payee: z.string(),
  amount: z
    .string()
    .trim()
    .regex(NUMBER, 'is no number, as 1234.5 is')
    .transform((amount) => -Math.round(Number(amount) * 100))
    .pipe(z.int('is too large')),
  category: z.string().min(1, 'is empty'),
});

/**
 * Reads `date,account,payee,amount,category` from a CSV file, gzipped or not, oldest first. Amounts there are positive
 * when spent.
 *
 * @throws RangeError when a column is missing or a row makes no sense.
 */
export async function readPurchases(file: string): Promise<readonly Purchase[]> {
  // In which line each record ends: texts in quotes may have several.
  const ends: number[] = [];
  const [header = [], ...records] = parse(unzipped(await readFile(file), file), {
    relax_quotes: true,
    bom: true,
    skip_empty_lines: true,
    on_record: (record: string[], { lines }) => {
      ends.push(lines);
      return record;
    },
  });
  const places = COLUMNS.map((column) => [column, header.indexOf(column)] as const);
  const missing = places.filter(([, place]) => place === -1).map(([column]) => column);
  if (missing.length > 0) {
    const found = header.map((name) => `“${name}”`).join(', ');
    throw new RangeError(`${file} has no column ${missing.join(', ')}; it has ${found || 'none'}`);
  }
  const purchases = records.map((record, index) =>
    purchaseOf(
      Object.fromEntries(places.map(([column, place]) => [column, record[place]])),
      ends[index + 1] ?? 0,
    ),
  );
  return purchases.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function unzipped(bytes: Buffer, file: string): Buffer {
  if (!bytes.subarray(0, GZIPPED.length).equals(GZIPPED)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`${file} is no whole gzipped file: ${why}`);
  }
}

function purchaseOf(values: Readonly<Record<string, string | undefined>>, line: number): Purchase {
  const { data, error } = PurchaseRecord.safeParse(values);
  if (data === undefined) {
    const [issue] = error.issues;
    const field = String(issue?.path[0]);
    throw new RangeError(
      `Line ${line} is no purchase: its ${field}, “${values[field]}”, ${issue?.message}`,
    );
  }
  const { date, account, payee, amount, category } = data;
  return {
    date,
    row: {
      day: Date.parse(date) / 86_400_000,
      account,
      payee,
      text: payee,
      notes: '',
      amount,
    },
    category,
  };
}
