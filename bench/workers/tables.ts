import { HANDLERS, type HandlerKey } from '../../infra/handlers.ts';
import { median } from '../report/ratio.ts';
import type { Plot, Table } from '../report/report.ts';
import type { Run } from './environments.ts';
import { type Loading, type OtherLoadings, WORKERS } from './loads.ts';
import { type BudgetRuns, peakOf, runsOf } from './memory.ts';
import { largestFiles, packedSize } from './package-size.ts';
import { balancedSize, dollarsOf, type Measured, SIZES, timeOf } from './sizing.ts';

/** What the page shows beside the figures. */

/** What each is sized by, in the order of the page. */
const SIZED: readonly { readonly key: HandlerKey; readonly what: string }[] = [
  { key: 'sync', what: '`sync` in full, and `apply` like it' },
  { key: 'snapshot', what: '`snapshot`' },
  { key: 'suggestions', what: '`suggestions`' },
  { key: 'settle', what: '`settle`, and the other light ones like it' },
  { key: 'getJob', what: '`get-job`, and the others behind the API like it' },
];

/** What a function is given beyond the most that it was seen to take. */
const HEADROOM = 1.25;
const INVOCATIONS = 1000;
const FULL = 'snapshot_redownload';
const MB_OF_BYTES = 1_000_000;
const FILES_SHOWN = 6;

export interface Sized {
  readonly what: string;
  readonly measured: Measured;
  readonly memoryMb: number;
  /** With the budget of 20,000 transactions, and with the larger one. */
  readonly peaksMb: readonly [number, number];
}

/** Of a budget of 20,000 transactions, and no less than the larger one takes. */
export function sizedOf(usual: BudgetRuns, large: BudgetRuns): readonly Sized[] {
  return SIZED.map(({ key, what }) => {
    const runs = runsOf(usual, key);
    return {
      what,
      // A sync opens the budget where there is something new; this one always does.
      measured: middleOf(key === 'sync' ? runs.filter(({ job }) => job === FULL) : runs),
      memoryMb: HANDLERS[key].memoryMb,
      peaksMb: [peakOf(runs), peakOf(runsOf(large, key))],
    };
  });
}

function middleOf(runs: readonly Run[]): Measured {
  const of = (pick: (run: Run) => number) => median(runs.map(pick));
  const wait = ({ invocation: { milliseconds, processorMilliseconds } }: Run) =>
    Math.max(0, milliseconds - processorMilliseconds);
  const processorMilliseconds = of(({ invocation }) => invocation.processorMilliseconds);
  const invocation = { processorMilliseconds, milliseconds: processorMilliseconds + of(wait) };
  return { invocation, calls: runs.at(-1)?.calls ?? {} };
}

export function packageTable(bundles: string): Table {
  const [key] = WORKERS;
  return {
    title: `What is in the package of ${key}`,
    columns: ['file', 'KB', 'KB zipped'],
    rows: largestFiles(`${bundles}/${HANDLERS[key].name}`, FILES_SHOWN).map(
      ({ name, bytes, packedBytes }) => [
        `\`${name}\``,
        Math.round(bytes / 1000),
        Math.round(packedBytes / 1000),
      ],
    ),
    note: "One asset for Lambda and for this machine: of the two binaries of SQLite each needs its own. Source maps, the browser's build and the sources of migrations that are done are not in it.",
  };
}

/** In MB, of the largest of the workers' packages. */
export function largestPackage(bundles: string): number {
  const sizes = WORKERS.map((key) => packedSize(`${bundles}/${HANDLERS[key].name}`));
  return Math.max(...sizes) / MB_OF_BYTES;
}

export function loadTable(each: readonly Loading[], others: OtherLoadings): Table {
  const row = (what: string, { ratio, subject, floor }: Loading['cached']) => [
    what,
    Math.round(subject),
    Math.round(floor),
    ratio.value.toFixed(2),
    `${ratio.spread.low.toFixed(2)} to ${ratio.spread.high.toFixed(2)}`,
  ];
  return {
    title: 'From the start of Node to the handler being there',
    columns: ['', 'ms', 'plain bundle, ms', 'ratio', 'spread'],
    rows: [
      ...each.map(({ key, cached }) => row(`\`${HANDLERS[key].name}\`, compile cache`, cached)),
      row('`sync`, no compile cache', others.fresh),
      row("`sync` and Actual's library, compile cache", others.withLibrary),
      row("`sync` and Actual's library, no compile cache", others.withLibraryFresh),
    ],
  };
}

export function sizeTable(sized: readonly Sized[]): Table {
  return {
    title: 'Memory, time and money of an invocation',
    columns: [
      'function',
      'memory, MB',
      'taken at 20,000',
      'at 200,000',
      'balanced, MB',
      'processor, ms',
      'time on Lambda, ms',
      `dollars for ${INVOCATIONS}`,
      'with 512 MB: ms',
      'dollars',
    ],
    rows: sized.map(({ what, measured, memoryMb, peaksMb: [usual, large] }) => [
      what,
      memoryMb,
      Math.round(usual),
      Math.round(large),
      balancedSize(measured, HEADROOM * large),
      Math.round(measured.invocation.processorMilliseconds),
      Math.round(timeOf(measured, memoryMb)),
      (INVOCATIONS * dollarsOf(measured, memoryMb)).toFixed(4),
      Math.round(timeOf(measured, 512)),
      (INVOCATIONS * dollarsOf(measured, 512)).toFixed(4),
    ]),
    note: `On paper: the processor's time as measured here, divided by the share of one that the memory brings (1,769 MB bring a whole one), and waiting: for the Actual server as long as here, for AWS as in [what it costs](#what-it-costs). “Balanced” is the size with the smallest product of time and dollars, of those that hold ${HEADROOM} times what the large budget takes.`,
  };
}

export function sizePlots(sized: readonly Sized[]): readonly Plot[] {
  const series = (value: (measured: Measured, memoryMb: number) => number) =>
    sized.map(({ what, measured, peaksMb: [usual] }) => ({
      name: what.replaceAll('`', '').replace(/,.*$/, ''),
      points: SIZES.filter((size) => size >= usual).map((size): [number, number] => [
        size,
        value(measured, size),
      ]),
    }));
  const x = { label: 'memory, MB', scale: 'log' } as const;
  return [
    {
      name: 'time-by-memory',
      title: 'Time of an invocation by memory',
      x,
      y: { label: 'ms', scale: 'log' },
      series: series(timeOf),
    },
    {
      name: 'cost-by-memory',
      title: `Cost of ${INVOCATIONS} invocations by memory`,
      x,
      y: { label: 'dollars', scale: 'log' },
      series: series((measured, size) => INVOCATIONS * dollarsOf(measured, size)),
    },
  ];
}
