import { join } from 'node:path';
import { synthesize } from '../../local/start/synthesis.ts';
import type { Pair } from '../report/ratio.ts';
import type { Bench, Figure } from '../report/report.ts';
import type { Run } from './environments.ts';
import { loadings } from './loads.ts';
import { peakOf, runsOf, runsOn } from './memory.ts';
import {
  largestPackage,
  loadTable,
  packageTable,
  sizedOf,
  sizePlots,
  sizeTable,
} from './tables.ts';

/** `npm run bench -- workers`: the functions that hold whole budgets, from their packages to their memory. */

const HOME = join(import.meta.dirname, '../../.bench/workers');
const USUAL = 20_000;
const LARGE = 200_000;
const ROUNDS = 2;

export const workers: Bench = async (progress) => {
  progress('synthesizing');
  const assembly = join(HOME, 'assembly');
  await synthesize(assembly);
  const bundles = join(assembly, 'bundles');
  const { each, others } = await loadings(bundles, join(HOME, 'loading'), progress);
  const usual = await runsOn(USUAL, { assembly, rounds: ROUNDS, again: true, progress });
  const large = await runsOn(LARGE, { assembly, rounds: 1, again: false, progress });
  const sized = sizedOf(usual, large);
  return {
    name: 'workers',
    title: 'Worker functions',
    text: TEXT,
    figures: [
      {
        name: 'package',
        what: 'the largest package of a worker, zipped',
        kind: 'counted',
        unit: 'MB',
        value: largestPackage(bundles),
        wanted: { atMost: 12 },
      },
      ...each.map(({ key, cached }) =>
        loadFigure(`load-${key}`, `loading \`${key}\`, with a compile cache`, cached),
      ),
      loadFigure('load-fresh', 'loading `sync`, without a compile cache', others.fresh),
      shown(loadFigure('load-library', 'loading `sync` and the library', others.withLibrary)),
      shown(
        loadFigure(
          'load-library-fresh',
          'the same without a compile cache',
          others.withLibraryFresh,
        ),
      ),
      peakFigure('memory-sync', 'the most that syncs of 20,000 take', runsOf(usual, 'sync'), 384),
      peakFigure(
        'memory-suggestions',
        'the most that proposing for 20,000 takes',
        runsOf(usual, 'suggestions'),
        192,
      ),
      peakFigure('memory-sync-large', 'syncs of 200,000', runsOf(large, 'sync')),
      peakFigure('memory-suggestions-large', 'proposing for 200,000', runsOf(large, 'suggestions')),
      {
        name: 'native-code',
        what: 'native modules that `suggestions` loads in its jobs',
        kind: 'counted',
        unit: 'calls',
        value: Math.max(
          ...runsOf(usual, 'suggestions').map(({ invocation }) => invocation.nativeModules),
        ),
        wanted: { atMost: 0 },
      },
    ],
    tables: [packageTable(bundles), loadTable(each, others), sizeTable(sized)],
    plots: [...sizePlots(sized)],
  };
};

const TEXT = [
  "The package of a worker is its asset, zipped as the CDK does. Its handler is one file; of Actual's library it carries the four files that are read at run time. " +
    'The floor for loading is what esbuild makes of the same handler when it is told nothing but where it runs, which loads the library as npm installed it, at the start. ' +
    'Ours loads the library when a budget is to be opened, so both are also measured with it.',
  'Memory is the most that the process of a function had resident, in MiB, as the operating system counts it. The jobs run on the local stack with a real Actual server: a full download, ' +
    'a sync with proposals, proposals again, a kept copy, and for 20,000 transactions a full download and a sync again, all in one environment of each function, since an environment is used again and again. ' +
    "Node gets the limits that Lambda's bootstrap derives from the function's memory: 90 % of it for what lives long, three times 5 % for what does not.",
  'A sync with nothing new leaves the budget shut, so the full download is what decides. Time and cost by memory are on paper, from what was measured with the memory that each function has.',
];

function loadFigure(name: string, what: string, { ratio }: Pair): Figure {
  return { name, what, kind: 'ratio', unit: '×', ...ratio, wanted: { atMost: 0.5 } };
}

/** Of what nothing was promised. */
function shown({ wanted: _, ...figure }: Figure): Figure {
  return figure;
}

/** The spread is that of the environments, each at its end. */
function peakFigure(name: string, what: string, runs: readonly Run[], atMostMb?: number): Figure {
  const peaks = runs.filter(isLast).map(({ invocation }) => invocation.peakMb);
  return {
    name,
    what,
    kind: 'time',
    unit: 'MB',
    value: peakOf(runs),
    spread: { low: Math.min(...peaks), high: Math.max(...peaks), runs: peaks.length },
    ...(atMostMb === undefined ? {} : { wanted: { atMost: atMostMb } }),
  };
}

/** Of its environment: the next one begins with its first turn again. */
function isLast({ turn }: Run, index: number, runs: readonly Run[]): boolean {
  return (runs[index + 1]?.turn ?? 1) <= turn;
}
