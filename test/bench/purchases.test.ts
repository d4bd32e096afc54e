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
    ['a column is missing', 'date,account,payee,amount\n', 'has no column category'],
    ['an amount is none', `${CSV}2019-03-01,card-1,tesco,x,Food\n`, 'Line 4 is no purchase'],
    ['a date is none', `${CSV}soon,card-1,tesco,1,Food\n`, 'Line 4 is no purchase'],
  ])('is refused when %s', async (_when, content, message) => {
    const path = await file('wrong.csv', content);
    await expect(readPurchases(path)).rejects.toThrow(message);
  });
});
