import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rankerOf } from '../../functions/suggest/history/ranker-weights.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';

const run = promisify(execFile);
let folder = '';
let data = '';

/** A year of the same three shops, always with the same categories. With many cards, a household has few of the purchases. */
const SHOPS = [
  ['tesco 3084', 'Food'],
  ['shell 108', 'Fuel'],
  ['gym', 'Sport'],
] as const;
const CARDS = 12;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
  data = join(folder, 'purchases.csv');
  const rows = Array.from({ length: 336 }, (_, index) => {
    const [payee, category] = SHOPS[index % SHOPS.length] ?? SHOPS[0];
    const month = String(1 + Math.floor(index / 28)).padStart(2, '0');
    const day = String(1 + (index % 28)).padStart(2, '0');
    return `2019-${month}-${day},card-${index % CARDS},${payee},${10 + (index % 5)},${category}`;
  });
  await writeFile(data, ['date,account,payee,amount,category', ...rows].join('\n'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const bench = (...args: readonly string[]) =>
  run(process.execPath, ['bench/run.ts', 'suggestions', ...args]);
const train = (...args: readonly string[]) =>
  run(process.execPath, ['bench/run.ts', 'train-ranker', ...args]);

describe('the bench of suggestions', () => {
  it.each(['month', 'day'])(
    'prints one document on its last line, revealed by %s',
    async (reveal) => {
      const { stdout } = await bench(
        ...['--data', data, '--from', '2019-07-01', '--reveal', reveal, '--json'],
      );
      const score: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect(score).toMatchObject({
        rows: 168,
        coverage: 1,
        top1: 1,
        top3: 1,
        confident: { precision: 1 },
        learnSeconds: expect.any(Number),
      });
    },
  );

  it('is as unsure as a history of few rows lets it be, however often that is learnt to time it', async () => {
    const few = join(folder, 'few.csv');
    const rows = [
      '2019-01-01,card,corner,10,Food',
      '2019-02-01,card,corner,12,Fun',
      '2019-03-01,card,corner,11,Food',
      '2019-04-01,card,cinema,9,Fun',
      '2019-07-01,card,corner,10,Food',
    ];
    await writeFile(few, ['date,account,payee,amount,category', ...rows].join('\n'));
    const { stdout } = await bench('--data', few, '--from', '2019-07-01', '--json');
    const score: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(score).toMatchObject({ rows: 1, top1: 1, confident: { coverage: 0 } });
  });

  it('says nothing of how fast it learns where there is nothing to learn', async () => {
    const { stdout } = await bench('--data', data, '--from', '2019-01-01', '--json');
    const score: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(score).toMatchObject({ rows: 336, learnSeconds: 0 });
  });

  it('has no score where there is nothing to score', async () => {
    await expect(bench('--data', data, '--from', '2020-01-01')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the last one is of 2019-12-28, before 2020-01-01'),
    });
  });

  it.each([
    ['without a file', ['--from', '2019-07-01']],
    ['without a date', ['--data', 'x.csv']],
    ['from a day that is none', ['--data', 'x.csv', '--from', '2019-02-30']],
    ['with an unknown period', ['--data', 'x.csv', '--from', '2019-07-01', '--reveal', 'year']],
  ])('says how it is used when called %s', async (_how, args) => {
    await expect(bench(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run bench -- suggestions --data'),
    });
  });
});

describe('finding the weights of the ranker', () => {
  it('gives the same weights every time, and ones that the ranker takes', async () => {
    const outs = ['one.json', 'two.json'].map((name) => join(folder, name));
    for (const out of outs) await train('--data', data, '--before', '2019-12-01', '--out', out);
    const [one = '', two = ''] = await Promise.all(outs.map((out) => readFile(out, 'utf8')));
    expect(one).toBe(two);
    expect(rankerOf(JSON.parse(one)).straight).toHaveLength(SIGNALS);
  });

  it.each([
    ['without a file', ['--before', '2019-07-01']],
    ['without a date', ['--data', 'x.csv']],
    ['up to a day that is none', ['--data', 'x.csv', '--before', '2019-02-30']],
  ])('says how it is used when called %s', async (_how, args) => {
    await expect(train(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run bench -- train-ranker --data'),
    });
  });

  it('says so when there is nothing to learn from', async () => {
    await expect(train('--data', data, '--before', '2018-01-01')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no purchase before that date'),
    });
  });

  it('writes no weights where there is too little for a single step', async () => {
    const [little, out] = [join(folder, 'little.csv'), join(folder, 'untaught.json')];
    const row = '2019-01-01,card,corner,10,Food';
    await writeFile(little, `date,account,payee,amount,category\n${row}\n`);
    await expect(
      train('--data', little, '--before', '2019-12-01', '--out', out),
    ).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Too few to learn from') });
    expect(existsSync(out)).toBe(false);
  });
});
