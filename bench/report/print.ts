import Table from 'cli-table3';
import { isMet, verdictOn } from './compare.ts';
import type { Report } from './report.ts';
import { amountInWords, spreadInWords, wantedInWords } from './words.ts';

/** A report for the terminal: its figures, and how each compares with the baseline's. */
export function reportInWords(report: Report, baseline: Report | undefined): string {
  const figures = new Table({
    head: ['', 'now', 'spread', 'wanted', 'baseline', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'left', 'left', 'right', 'left'],
  });
  for (const figure of report.figures) {
    const before = baseline?.figures.find(({ name }) => name === figure.name);
    figures.push([
      figure.what,
      amountInWords(figure.value, figure.unit),
      spreadInWords(figure),
      `${wantedInWords(figure)}${isMet(figure) ? '' : ' MISSED'}`,
      before === undefined ? '' : amountInWords(before.value, before.unit),
      verdictOn(figure, before),
    ]);
  }
  const tables = report.tables.map((table) => {
    const rows = new Table({ head: table.columns, style: { head: [], border: [] } });
    rows.push(...table.rows.map((row) => row.map(String)));
    return `${table.title}\n${rows}`;
  });
  return [report.title, String(figures), ...tables].join('\n');
}
