import type { Baseline } from './baseline.ts';
import { isMet } from './compare.ts';
import { svgOf } from './plot.ts';
import type { Figure, Report, Table } from './report.ts';
import { amountInWords, numberInWords, spreadInWords, wantedInWords } from './words.ts';

/** docs/performance.md and its pictures, made of the baseline alone. */

export interface Page {
  readonly markdown: string;
  /** SVG by the file's name. */
  readonly pictures: ReadonlyMap<string, string>;
}

export function pageOf({ reports }: Baseline): Page {
  return {
    markdown: [...introduction(reports), ...reports.flatMap(sectionOf)].join('\n'),
    pictures: new Map(
      reports.flatMap((report) => report.plots.map((plot) => [fileOf(report, plot), svgOf(plot)])),
    ),
  };
}

function introduction(reports: readonly Report[]): readonly string[] {
  const figures = reports.flatMap((report) => report.figures);
  const wanted = figures.filter((figure) => figure.wanted !== undefined);
  const missed = wanted.filter((figure) => !isMet(figure));
  return [
    '# Performance',
    '',
    'How fast it is, how much it takes and what it costs, measured by',
    '',
    '```sh',
    'npm run bench',
    '```',
    '',
    'which takes less than 20 minutes and needs nothing but Node and npm. One part of it is `npm run bench -- NAME`, and `--json`',
    'makes its last line a document. Machines differ, and so do their hours: what says something about the code is a ratio of two',
    'things measured in turns in one run, as the median of nine runs or more, with the lowest and the highest beside it. What is',
    'counted is the same everywhere. Times are those of the machine that recorded them. Each run is compared with',
    '`bench/baseline.json`, which this page is made from (`npm run bench -- --record`, then `npm run docs`); a figure that is worse',
    'ends it with 1.',
    '',
    `Of ${wanted.length} figures for which something is wanted ${wanted.length - missed.length} are reached${missed.length === 0 ? '.' : `; ${missed.length} are not, and are marked **missed**.`}`,
    '',
  ];
}

function sectionOf(report: Baseline['reports'][number]): readonly string[] {
  const { day, node, platform, cores } = report.recorded;
  return [
    `## ${report.title}`,
    '',
    ...report.text.flatMap((paragraph) => [paragraph, '']),
    `\`npm run bench -- ${report.name}\`, recorded on ${day}: Node ${node}, ${platform}, ${cores} cores.`,
    '',
    ...tableLines(figureTable(report.figures)),
    ...report.plots.flatMap((plot) => [
      `![${plot.title}](performance/${fileOf(report, plot)})`,
      '',
    ]),
    ...report.tables.flatMap((table) => [`### ${table.title}`, '', ...tableLines(table)]),
  ];
}

function figureTable(figures: readonly Figure[]): Omit<Table, 'title'> {
  return {
    columns: ['', 'figure', 'spread', 'wanted'],
    rows: figures.map((figure) => [
      figure.what,
      amountInWords(figure.value, figure.unit),
      spreadInWords(figure),
      `${wantedInWords(figure)}${isMet(figure) ? '' : ' **missed**'}`,
    ]),
  };
}

function tableLines({ columns, rows, note }: Omit<Table, 'title'>): readonly string[] {
  if (rows.length === 0) return [];
  const cells = (row: readonly (string | number)[]) =>
    `| ${row.map((cell) => (typeof cell === 'number' ? numberInWords(cell) : cell)).join(' | ')} |`;
  return [
    cells(columns),
    cells(columns.map(() => '---')),
    ...rows.map(cells),
    '',
    ...(note === undefined ? [] : [note, '']),
  ];
}

function fileOf(report: Report, plot: Report['plots'][number]): string {
  return `${report.name}-${plot.name}.svg`;
}
