import { describe, expect, it } from 'vitest';
import { BENCHES } from '../../bench/benches.ts';
import { readBaseline } from '../../bench/report/baseline.ts';
import { isSetback, verdictOn } from '../../bench/report/compare.ts';
import { pageOf } from '../../bench/report/page.ts';
import { svgOf } from '../../bench/report/plot.ts';
import { paired, percentile } from '../../bench/report/ratio.ts';
import type { Figure, Plot, Report } from '../../bench/report/report.ts';
import { spreadInWords } from '../../bench/report/words.ts';
import { rowsOf, sectionsOf } from '../docs/markdown.ts';

const ratio = (value: number, more: Partial<Figure> = {}): Figure => ({
  ...{ name: 'opening', what: 'opening', kind: 'ratio', unit: '×', value },
  ...more,
});
const wanted = { atMost: 1 };

describe('a pair', () => {
  it('is measured in turns, now one first, now the other, after both were warmed up', async () => {
    const turns: string[] = [];
    const { ratio, subject, floor } = await paired({
      subject: () => turns.push('subject') * 0 + 6,
      floor: () => turns.push('floor') * 0 + 3,
      rounds: 3,
    });
    const first = turns.filter((_, turn) => turn % 2 === 0);
    expect([first, turns.length]).toEqual([['floor', 'subject', 'floor', 'subject'], 8]);
    expect([ratio, subject, floor]).toEqual([
      { value: 2, spread: { low: 2, high: 2, runs: 3 } },
      6,
      3,
    ]);
  });

  it('has the median of the ratios of each turn, not the ratio of medians', async () => {
    const subjects = [0, 1, 10, 100];
    const floors = [0, 1, 2, 50];
    const pair = await paired({
      subject: () => subjects.shift() ?? 0,
      floor: () => floors.shift() ?? 0,
      rounds: 3,
    });
    expect(pair.ratio).toEqual({ value: 2, spread: { low: 1, high: 5, runs: 3 } });
  });
});

describe('a percentile', () => {
  it.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4],
  ])('at %d of four values', (share, value) => {
    expect(percentile([4, 1, 3, 2], share)).toBe(value);
  });
});

describe('a spread in words', () => {
  it.each([
    ['of several runs is said with their number', 9, '0.28 to 0.35 in 9 runs'],
    ['of one run is none', 1, ''],
  ])('%s', (_what, runs, words) => {
    const spread = { low: 0.28, high: 0.35, runs };
    expect(spreadInWords(ratio(0.3, { spread }))).toBe(words);
  });
});

describe('a figure against the baseline', () => {
  it.each([
    ['a ratio within a quarter', ratio(1.2), ratio(1), 'same'],
    ['a ratio beyond it', ratio(1.3), ratio(1), 'worse'],
    ['less of what should be little', ratio(0.7), ratio(1), 'better'],
    [
      'less of what should be much',
      ratio(0.7, { wanted: { atLeast: 0.5 } }),
      ratio(1, { wanted: { atLeast: 0.5 } }),
      'worse',
    ],
    ['more of what is carried', ratio(1.3, { unit: 'jobs/s' }), ratio(1), 'better'],
    ['less of what is carried', ratio(0.7, { unit: 'jobs/s' }), ratio(1), 'worse'],
    ['a count that grew a little', ratio(103, { kind: 'counted' }), ratio(100), 'worse'],
    ['a time', ratio(300, { kind: 'time' }), ratio(1), 'not compared'],
    ['one that is not there', ratio(1), undefined, 'new'],
  ] as const)('%s', (_name, now, before, verdict) => {
    expect(verdictOn(now, before)).toBe(verdict);
  });

  it.each([
    ['is worse', ratio(2), ratio(1), true],
    ['misses what it met', ratio(1.01, { wanted }), ratio(0.99, { wanted }), true],
    ['misses what it missed before', ratio(1.3, { wanted }), ratio(1.2, { wanted }), false],
    ['misses, and is new', ratio(1.3, { wanted }), undefined, true],
    ['is a time', ratio(1.3, { wanted, kind: 'time' }), ratio(0.9, { wanted }), false],
    ['is as it was', ratio(0.9, { wanted }), ratio(0.9, { wanted }), false],
  ])('that %s is a setback or not', (_name, now, before, setback) => {
    expect(isSetback(now, before)).toBe(setback);
  });
});

const plot: Plot = {
  name: 'time',
  title: 'Time < memory',
  x: { label: 'transactions', scale: 'log' },
  y: { label: 'ms', scale: 'log' },
  series: [
    {
      name: 'measured',
      points: [
        [1000, 2],
        [100_000, 200],
      ],
    },
    {
      name: 'linear',
      points: [
        [1000, 2],
        [100_000, 200],
      ],
      reference: true,
    },
  ],
};

describe('a plot', () => {
  it('has a line for each series, and a point for each that was measured', () => {
    const svg = svgOf(plot);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain('Time &lt; memory');
  });

  it('puts a tenfold at equal distances on a logarithmic axis', () => {
    const series = [{ name: 'tens', points: [1, 10, 100].map((x): [number, number] => [x, x]) }];
    const places = [...svgOf({ ...plot, series }).matchAll(/cx="([\d.]+)"/g)].map(([, x]) =>
      Number(x),
    );
    expect((places[1] ?? 0) - (places[0] ?? 0)).toBeCloseTo((places[2] ?? 0) - (places[1] ?? 0), 0);
  });

  it.each([0, -1, Number.NaN])('refuses %d on a logarithmic axis', (value) => {
    const series = [{ name: 'odd', points: [[1, value] satisfies [number, number]] }];
    expect(() => svgOf({ ...plot, series })).toThrow(/time: \S+ has no place on a log axis/);
  });
});

describe('the page', () => {
  const report: Report = {
    ...{ name: 'opening', title: 'Opening', text: ['Against nothing.'], plots: [plot] },
    figures: [ratio(0.5, { wanted }), ratio(2, { name: 'b', what: 'closing', wanted })],
    tables: [
      { title: 'Parts', columns: ['part', 'ms'], rows: [['all', 20_000]], note: 'On paper.' },
    ],
  };
  const recorded = { day: '2026-01-31', node: '24.0.0', platform: 'linux x64', cores: 2 };
  const { markdown, pictures } = pageOf({ reports: [{ ...report, recorded }] });

  it('says of each figure what is wanted, and which is missed', () => {
    const rows = rowsOf(markdown);
    expect(rows.get('opening')).toEqual(['0.5 ×', '', '≤ 1']);
    expect(rows.get('closing')?.at(-1)).toBe('≤ 1 **missed**');
    expect(markdown).toContain(
      'Of 2 figures for which something is wanted 1 are reached; 1 are not',
    );
  });

  it('says of each bench when and where it was recorded', () => {
    const other = { ...report, title: 'Closing', recorded: { ...recorded, day: '2026-02-01' } };
    const sections = sectionsOf(pageOf({ reports: [{ ...report, recorded }, other] }).markdown);
    expect(sections.get('Opening')).toContain('recorded on 2026-01-31: Node 24.0.0, linux x64');
    expect(sections.get('Closing')).toContain('recorded on 2026-02-01: Node 24.0.0, linux x64');
  });

  it('has the tables with their notes, and the pictures by their files', () => {
    expect(sectionsOf(markdown).get('Parts')).toContain('| all | 20,000 |\n\nOn paper.');
    expect(markdown).toContain('![Time < memory](performance/opening-time.svg)');
    expect([...pictures.keys()]).toEqual(['opening-time.svg']);
  });
});

describe('the baseline', () => {
  it('has every bench, in the order of the page', () => {
    expect(readBaseline().reports.map(({ name }) => name)).toEqual(Object.keys(BENCHES));
  });
});
