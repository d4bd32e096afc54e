import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Baseline, judged, LEAST, type Mutant } from './baseline.ts';

const FILE = 'functions/domain/a.ts';
const EMPTY: Baseline = { score: 0, files: {}, equivalent: [] };

const mutant = (n: number, noticed: boolean | undefined, file = FILE): Mutant => ({
  file,
  line: `if (a < ${n}) {`,
  original: `a < ${n}`,
  replacement: `a <= ${n}`,
  noticed,
});

/** As many mutants, so many of them noticed. */
const run = (noticed: number, of: number, file = FILE): readonly Mutant[] =>
  Array.from({ length: of }, (_, n) => mutant(n, n < noticed, file));

const listed = (n: number) => {
  const { noticed: _, ...equivalent } = mutant(n, false);
  return { ...equivalent, reason: 'a is never that much' };
};

describe('a run of mutants', () => {
  it('is good when nearly all are noticed, and says which are not', () => {
    const { baseline, survivors, complaints } = judged(run(99, 100), EMPTY);
    expect(complaints).toEqual([]);
    expect(survivors).toEqual([mutant(99, false)]);
    expect(baseline).toEqual({
      score: 99,
      files: { [FILE]: { noticed: 99, of: 100 } },
      equivalent: [],
    });
  });

  it('is not good under 95 %, whatever the baseline says', () => {
    expect(judged(run(95, 100), EMPTY).complaints).toEqual([]);
    expect(judged(run(949, 1000), EMPTY).complaints).toEqual(['The score is 94.9 %, under 95 %.']);
  });

  it('is not good under its baseline', () => {
    const before = { ...EMPTY, score: 98.5 };
    expect(judged(run(985, 1000), before).complaints).toEqual([]);
    expect(judged(run(984, 1000), before).complaints).toEqual([
      'The score is 98.4 %, under the 98.5 % of the baseline.',
    ]);
  });

  it('is not good without any mutant', () => {
    expect(judged([], EMPTY).complaints).toHaveLength(1);
  });

  it('of some files leaves the count of the others as it was', () => {
    const other = 'functions/domain/b.ts';
    const { baseline } = judged(run(50, 50, other), judged(run(48, 50), EMPTY).baseline);
    expect(baseline.score).toBe(98);
    expect(Object.keys(baseline.files)).toEqual([FILE, other]);
  });

  it('does not count what could not run', () => {
    const { baseline } = judged([...run(10, 10), mutant(11, undefined)], EMPTY);
    expect(baseline.files[FILE]).toEqual({ noticed: 10, of: 10 });
  });
});

describe('a mutant on the list of equivalent ones', () => {
  const before: Baseline = { ...EMPTY, equivalent: [listed(9)] };

  it('does not count', () => {
    const { baseline, survivors, complaints } = judged(run(9, 10), before);
    expect(complaints).toEqual([]);
    expect(survivors).toEqual([]);
    expect(baseline).toMatchObject({ score: 100, files: { [FILE]: { noticed: 9, of: 9 } } });
  });

  it.each([
    ['was noticed', run(10, 10)],
    ['is gone', run(9, 9)],
  ])('is taken off it when it %s', (_what, mutants) => {
    expect(judged(mutants, before).complaints).toEqual([
      `Listed as equivalent, but gone or noticed: ${FILE}: if (a < 9) {`,
    ]);
  });

  it('is not missed when its file was not looked at', () => {
    expect(judged(run(5, 5, 'functions/domain/b.ts'), before).complaints).toEqual([]);
  });
});

describe('the baseline that is kept', () => {
  const kept: Baseline = JSON.parse(
    readFileSync(join(import.meta.dirname, 'baseline.json'), 'utf8'),
  );

  it('is good enough', () => {
    expect(kept.score).toBeGreaterThanOrEqual(LEAST);
    expect(Object.keys(kept.files).length).toBeGreaterThan(25);
  });

  it.each(Object.entries(kept.files))('counts a file that is there: %s', (file, count) => {
    expect(existsSync(join(import.meta.dirname, '../..', file))).toBe(true);
    expect(count.noticed).toBeLessThanOrEqual(count.of);
  });

  it.each(kept.equivalent)(
    'lists what is there: $file: $line',
    ({ file, line, original, reason }) => {
      const source = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
      expect(source.split('\n').map((one) => one.trim())).toContain(line);
      expect(source.replaceAll(/\s+/g, ' ')).toContain(original);
      expect(reason).toMatch(/^[A-Z].{10,}\.$/);
    },
  );
});
