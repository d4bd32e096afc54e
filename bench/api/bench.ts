import { type Pair, spreadOf } from '../report/ratio.ts';
import type { Bench, Figure, Plot, Table } from '../report/report.ts';
import { type Answering, answers } from './answers.ts';
import { bytesOf, makeBundles } from './bundles.ts';
import { API_FUNCTIONS, type ApiFunction, nameOf } from './functions.ts';
import { type Loading, loadings } from './loads.ts';

/** `npm run bench -- api`: the functions behind the API, from their bundles to their answers. */
export const api: Bench = async (progress) => {
  progress('bundling');
  await makeBundles();
  const loads = await loadings(progress);
  progress('answering requests');
  const open = await answers({ restricted: false, measured: false });
  progress('answering requests where callers and budgets are named');
  const restricted = await answers({ restricted: true, measured: true });
  return {
    name: 'api',
    title: 'API functions',
    text: TEXT,
    figures: [
      bundleFigure(),
      loadFigure(loads),
      ...open.map((asked) => callFigure(asked, restricted)),
      workFigure(restricted),
    ],
    tables: [loadTable(loads), requestTable(open, restricted)],
    plots: [loadPlot(loads)],
  };
};

const TEXT = [
  'Each function behind the API is one file. It is loaded as it is shipped, in a process of its own, from the start of Node to ' +
    "the handler being there; the floor is the same code file by file, with its packages as they are installed. Node's compile " +
    'cache is that of the local stack, filled by a load before. On Lambda there is none: nothing can be written beside the ' +
    'code, and `/tmp` is empty whenever a function is loaded, so a cold start there is the load without it.',
  'Requests are answered by the real handlers, all of them in one process, with a table in memory in the place of the AWS SDK. ' +
    'Their own work is what a request takes without what the table takes to answer: parsing, rules, answers, logs, but neither ' +
    "the SDK's encoding nor its signatures. A request during which the system gave the processor to something else is left out. " +
    'It is measured on a stack whose configuration names callers and budgets, as that is more to do.',
  'The table is asked once, except where what is asked for takes more: a cancel and a retry read before they write, a request that ' +
    'came before reads what it had made, whoever waits looks again and again, a list by type and status may have to read on. ' +
    'A decision about a suggestion is a read and a write, as what is written depends on what was proposed, and so are many of them in ' +
    'one request; the suggestions of every status are read from four lists, of which each is sorted by date.',
];

function bundleFigure(): Figure {
  return {
    name: 'bundle-largest',
    what: 'the largest bundle',
    kind: 'counted',
    unit: 'KB',
    value: Math.max(...API_FUNCTIONS.map(bytesOf)) / 1000,
    wanted: { atMost: 500 },
  };
}

function loadFigure(loads: readonly Loading[]): Figure {
  const worst = loads.reduce((one, other) =>
    one.cached.ratio.value > other.cached.ratio.value ? one : other,
  );
  return {
    name: 'load-worst',
    what: 'load of a function, compile cache included, against the same code unbundled; the one that gains the least',
    kind: 'ratio',
    unit: '×',
    ...worst.cached.ratio,
    wanted: { atMost: 0.5 },
  };
}

function callFigure(asked: Answering, restricted: readonly Answering[]): Figure {
  const { name, what, kind, calls } = asked;
  return {
    name: `calls-${name}`,
    what: `calls of the table: ${what}`,
    kind: 'counted',
    unit: 'calls',
    value: Math.max(calls, sameOf(asked, restricted).calls),
    ...(kind === 'one' ? { wanted: { atMost: 1 } } : {}),
  };
}

function workFigure(asked: readonly Answering[]): Figure {
  const found = asked.flatMap(({ own }) => (own === undefined ? [] : [spreadOf(own.p99s)]));
  const worst = found.reduce((one, other) => (one.value > other.value ? one : other));
  return {
    name: 'own-work-p99-worst',
    what: 'own work of 99 of 100 requests, at most; the request that takes the longest',
    kind: 'time',
    unit: 'ms',
    ...worst,
    wanted: { atMost: 1 },
  };
}

function loadTable(loads: readonly Loading[]): Table {
  return {
    title: 'Bundles and what they take to load',
    columns: [
      'function',
      'KB',
      'with cache, ms',
      'without, ms',
      'unbundled, ms',
      '×',
      'from',
      'to',
    ],
    rows: loads.map(({ key, cached, plain }) => [
      nameOf(key),
      kilobytes(key),
      Math.round(cached.subject),
      Math.round(plain),
      Math.round(cached.floor),
      rounded(cached.ratio.value),
      ...ends(cached.ratio),
    ]),
    note: 'Node alone, with a handler that does nothing, is part of all three.',
  };
}

function requestTable(open: readonly Answering[], restricted: readonly Answering[]): Table {
  return {
    title: 'Requests',
    columns: [
      'request',
      'calls of the table',
      'where callers and budgets are named',
      'own work, median ms',
      'p99, ms',
      'from',
      'to',
    ],
    rows: open.map((asked) => {
      const { calls, own } = sameOf(asked, restricted);
      const row = [asked.what, asked.calls, calls];
      if (own === undefined) return [...row, '', '', '', ''];
      const p99 = spreadOf(own.p99s);
      return [...row, rounded(spreadOf(own.medians).value), rounded(p99.value), ...ends(p99)];
    }),
    note: 'A cancel of a job that runs stops its execution too: one call of Step Functions.',
  };
}

/** The same request on the other stack. */
function sameOf({ name }: Answering, among: readonly Answering[]): Answering {
  const same = among.find((one) => one.name === name);
  if (same === undefined) throw new Error(`Nobody asked ${name}`);
  return same;
}

/** Where the functions are by their size, and how long each takes to load. */
function loadPlot(loads: readonly Loading[]): Plot {
  const series = (name: string, of: (load: Loading) => number, reference = false) => ({
    name,
    points: loads
      .map((load): [number, number] => [kilobytes(load.key), Math.round(of(load))])
      .toSorted(([one], [other]) => one - other),
    ...(reference ? { reference } : {}),
  });
  return {
    name: 'api-load',
    title: 'Load of the API functions by the size of their bundles',
    x: { label: 'bundle, KB', scale: 'linear' },
    y: { label: 'load, ms', scale: 'linear' },
    series: [
      series('shipped, compile cache', ({ cached }) => cached.subject),
      series('shipped', ({ plain }) => plain),
      series('unbundled', ({ cached }) => cached.floor, true),
    ],
  };
}

function kilobytes(key: ApiFunction): number {
  return Math.round(bytesOf(key) / 1000);
}

function ends({ spread }: Pair['ratio']): readonly [number, number] {
  return [rounded(spread.low), rounded(spread.high)];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
