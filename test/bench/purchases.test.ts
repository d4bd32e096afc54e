import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPurchases } from '../../bench/purchases.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'purchases-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const CSV = `date,account,payee,amount,category
2019-02-01,card-2,"shell, birmingham",50.0,Fuel
2019-01-01,card-1,tesco 3084,100.59,Food
`;

describe('a file of purchases', () => {
  it('is read oldest first, with what is spent as a negative amount', async () => {
    const purchases = await readPurchases(await file('plain.csv', CSV));
    expect(purchases).toEqual([
      expect.objectContaining({
        date: '2019-01-01',
        category: 'Food',
        row: {
          day: 17_897,
          account: 'card-1',
          payee: 'tesco 3084',
          text: 'tesco 3084',
          notes: '',
          amount: -10_059,
        },
      }),
      expect.objectContaining({ date: '2019-02-01', category: 'Fuel' }),
    ]);
  });

  it('may be gzipped, and have its columns in another order', async () => {
    const reordered = 'category,amount,payee,account,date\nFood,1,tesco,card-1,2019-01-01\n';
    const purchases = await readPurchases(await file('packed.csv.gz', gzipSync(reordered)));
    expect(purchases).toMatchObject([{ category: 'Food', row: { payee: 'tesco', amount: -100 } }]);
  });

  it.each([
    ['is gzipped without being named so', 'zipped.csv', gzipSync(CSV)],
    ['is named as if gzipped and is not', 'unzipped.csv.gz', CSV],
    ['has empty lines', 'empty-lines.csv', `${CSV}\n\n`],
  ])('is read where it %s', async (_how, name, content) => {
    expect(await readPurchases(await file(name, content))).toHaveLength(2);
  });

  it.each([
    ['a month', '2019-13-01', '1', 'Food', 'its date, “2019-13-01”, is no day'],
    ['a day of the month', '2019-02-30', '1', 'Food', 'its date, “2019-02-30”, is no day'],
    ['an empty amount', '2019-03-01', ' ', 'Food', 'its amount, “ ”, is no number'],
    ['an amount with a sign of thousands', '2019-03-01', '"1,234.5"', 'Food', '“1,234.5”'],
    ['an amount that is no decimal', '2019-03-01', '0x10', 'Food', 'its amount, “0x10”'],
    ['an amount beyond all money', '2019-03-01', '1e300', 'Food', '“1e300”, is too large'],
    ['no category', '2019-03-01', '1', '', 'its category, “”, is empty'],
  ])('is refused for %s with what is wrong', async (_what, date, amount, category, message) => {
    const path = await file('odd.csv', `${CSV}${date},card-1,tesco,${amount},${category}\n`);
    await expect(readPurchases(path)).rejects.toThrow(message);
  });

  it('is refused by the line of the file, also behind a payee of two lines', async () => {
    const path = await file('long.csv', `${CSV}2019-03-01,c,"a\nb",1,Food\nsoon,c,d,1,Food\n`);
    await expect(readPurchases(path)).rejects.toThrow('Line 6 is no purchase');
  });

  it('is refused with the columns that it has when others are missing', async () => {
    const path = await file('semicolons.csv', CSV.replaceAll(',', ';'));
    await expect(readPurchases(path)).rejects.toThrow(
      'it has “date;account;payee;amount;category”',
    );
  });

  it('is refused when it is not all there', async () => {
    const path = await file('cut.csv.gz', gzipSync(CSV).subarray(0, 40));
    await expect(readPurchases(path)).rejects.toThrow('is no whole gzipped file');
  });

  it.each([
    ['a column is missing', 'date,account,payee,amount\n', 'has no column category'],
    ['an amount is none', `${CSV}2019-03-01,card-1,tesco,x,Food\n`, 'Line 4 is no purchase'],
    ['a date is none', `${CSV}soon,card-1,tesco,1,Food\n`, 'Line 4 is no purchase'],
  ])('is refused when %s', async (_when, content, message) => {
    const path = await file('wrong.csv', content);
    await expect(readPurchases(path)).rejects.toThrow(message);
  });
});
