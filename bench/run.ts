import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { optionsOf } from '../test/run/options.ts';
import { BENCHES } from './benches.ts';
import { readBaseline, record } from './report/baseline.ts';
import { isSetback } from './report/compare.ts';
import { reportInWords } from './report/print.ts';
import { Report } from './report/report.ts';

/**
 * `npm run bench -- [NAME …] [--json] [--record]`: measures what is named, or all of them one after the other, and compares
 * what it found with the baseline. With `--json` the last line is one document; with `--record` what was found becomes
 * the baseline. Ends with 1 when a figure is worse than there.
 */

/** Benches with arguments and a score of their own. */
const OTHERS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<void>>>> =
  {
    suggestions: async () => (await import('./suggestions.ts')).benchSuggestions,
    'train-ranker': async () => (await import('./ranker/train.ts')).trainRanker,
  };

const JSON_LIMIT = 64 * 1024 * 1024;

async function main(args: readonly string[]): Promise<void> {
  const [first = ''] = args;
  if (Object.hasOwn(OTHERS, first)) return (await OTHERS[first]?.())?.(args.slice(1));
  const { values, positionals } = optionsOf(usage(), {
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new RangeError(`There is no bench “${unknown}”: ${usage()}`);
  const only = positionals[0];
  const reports =
    positionals.length === 1 && only !== undefined
      ? [await reportOf(only)]
      : await reportsOf(positionals.length === 0 ? Object.keys(BENCHES) : positionals);

  const baseline = readBaseline();
  for (const report of reports) {
    const before = baseline.reports.find(({ name }) => name === report.name);
    console.log(reportInWords(report, before));
    const setbacks = report.figures.filter((figure) =>
      isSetback(
        figure,
        before?.figures.find(({ name }) => name === figure.name),
      ),
    );
    for (const { what } of setbacks) console.log(`Worse than the baseline, or missed: ${what}`);
    if (setbacks.length > 0) process.exitCode = 1;
  }
  if (values.record) record(reports, Object.keys(BENCHES));
  if (values.json) console.log(JSON.stringify(reports.length === 1 ? reports[0] : reports));
}

async function reportOf(name: string): Promise<Report> {
  const bench = await BENCHES[name]?.();
  if (bench === undefined) throw new RangeError(`There is no bench “${name}”: ${usage()}`);
  return bench((line) => console.error(`${name}: ${line}`));
}

/** Each in a process of its own, so that none runs on what another has warmed up or left in memory. */
async function reportsOf(names: readonly string[]): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (const name of names) {
    const started = performance.now();
    const running = promisify(execFile)(process.execPath, [import.meta.filename, name, '--json'], {
      maxBuffer: JSON_LIMIT,
    });
    running.child.stderr?.pipe(process.stderr);
    const { stdout } = await running.catch((failed: { stdout?: string }) => ({
      stdout: failed.stdout ?? '',
    }));
    const report = reportIn(stdout);
    if (report === undefined) {
      console.error(`${name}: ended without a report; the others are not lost by it`);
      process.exitCode = 1;
    } else reports.push(report);
    console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return reports;
}

/** A setback ends the process with 1 and still has its document; whoever has none has failed. */
function reportIn(stdout: string): Report | undefined {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return last.startsWith('{') ? Report.parse(JSON.parse(last)) : undefined;
}

function usage(): string {
  const names = [...Object.keys(BENCHES), ...Object.keys(OTHERS)].join(' | ');
  return `npm run bench -- [${names}] [--json] [--record]`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
