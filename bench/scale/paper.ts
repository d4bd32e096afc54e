import type { Work } from '../../functions/domain/job.ts';
import { ENDS_PARTITIONS, OPEN_WORK_PARTITIONS } from '../../functions/store/keys.ts';
import { readConfig } from '../../infra/config/config.ts';
import type { ResolvedStack } from '../../local/runtime/contract.ts';
import type { Figure, Plot, Table } from '../report/report.ts';
import { numberInWords } from '../report/words.ts';
import { type Footprint, footprintOf } from './footprint.ts';
import { type Component, componentsOf, type Design, limitOf } from './model.ts';
import { KNOWN_IN, REGIONS } from './quotas.ts';

/** The model with what it takes from this product: one job as the simulation counts it, and what the template says. */

/** The job that most are. */
const WORK: Work = { type: 'sync_and_suggest' };
/** What is asked for; the plot ends there. */
const JOBS_PER_SECOND = 1_000;
const RATES = [1, 3, 10, 30, 100, 300, 1_000];

/**
 * Seconds of an invocation, on average, of functions that are warm. Calls within a region: 5 ms a read of the table, 10 a
 * transaction, 20 one of Step Functions or EventBridge; for syncs, the Actual server and the budget decide.
 */
const SECONDS = {
  createJob: 0.02,
  dispatch: 0.05,
  sync: 3,
  suggestions: 0.5,
  settle: 0.03,
  settleExecution: 0.03,
  announce: 0.03,
} as const;

export interface Paper {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  readonly plot: Plot;
}

export async function onPaper(stack: ResolvedStack): Promise<Paper> {
  const footprint = await footprintOf(WORK);
  const design = designOf(stack);
  const large = componentsOf(footprint, design, REGIONS.large);
  const other = componentsOf(footprint, design, REGIONS.other);
  return {
    figures: figuresOf(large),
    tables: [limitsTable(large, other), footprintTable(footprint)],
    plot: {
      name: 'load-by-component',
      title: 'What each part carries of what it may, on paper (us-east-1)',
      x: { label: 'jobs a second', scale: 'log' },
      y: { label: 'share of the quota', scale: 'log' },
      series: [
        ...large.map(({ name, load, quota }) => ({
          name: name.replaceAll('-', ' '),
          points: RATES.map((rate): [number, number] => [rate, load(rate) / quota(rate)]),
        })),
        {
          name: 'quota',
          points: [
            [1, 1],
            [JOBS_PER_SECOND, 1],
          ],
          reference: true,
        },
      ],
    },
  };
}

function designOf({ resources }: ResolvedStack): Design {
  const batchesOf = (name: string) => {
    const mapping = resources.find(
      ({ type, properties }) =>
        type === 'AWS::Lambda::EventSourceMapping' &&
        String(properties.FunctionName).includes(`${name}Function`),
    );
    return Number(mapping?.properties.ParallelizationFactor ?? 1);
  };
  return {
    throttle: readConfig(undefined).api.throttle.requestsPerSecond,
    sharedKeys: { ENDED: ENDS_PARTITIONS, OpenWork: OPEN_WORK_PARTITIONS.length },
    batchesAtOnce: { dispatch: batchesOf('Dispatch'), announce: batchesOf('Announce') },
    seconds: SECONDS,
  };
}

function figuresOf(components: readonly Component[]): readonly Figure[] {
  const least = (some: readonly Component[]) => Math.min(...some.map(limitOf));
  const soft = components.filter(({ isDesign, name }) => !isDesign && name !== 'throttle');
  return [
    {
      name: 'limit-of-the-design',
      what: 'on paper: jobs a second that the keys of the table and the readers of its stream carry, which no quota moves',
      kind: 'counted',
      unit: 'jobs/s',
      value: Math.round(least(components.filter(({ isDesign }) => isDesign))),
      wanted: { atLeast: JOBS_PER_SECOND },
    },
    {
      name: 'limit-of-an-account',
      what: 'on paper: jobs a second that the quotas of an account in us-east-1 carry before any is raised',
      kind: 'counted',
      unit: 'jobs/s',
      value: Math.round(least(soft)),
    },
  ];
}

function limitsTable(large: readonly Component[], other: readonly Component[]): Table {
  const rows = large
    .map((component, place) => ({ component, other: other[place] ?? component }))
    .toSorted((one, two) => limitOf(one.component) - limitOf(two.component))
    .map(({ component, other: elsewhere }) => [
      component.what,
      `${numberInWords(component.load(JOBS_PER_SECOND))} ${component.unit}`,
      numberInWords(component.quota(JOBS_PER_SECOND)),
      limitInWords(component),
      limitInWords(elsewhere),
      `${component.moves} ([source](${component.source}))`,
    ]);
  return {
    title: `What gives first, and what moves it (${WORK.type}, on paper)`,
    columns: [
      'what',
      `load at ${numberInWords(JOBS_PER_SECOND)} jobs/s`,
      `quota in ${REGIONS.large.name}`,
      `gives at jobs/s in ${REGIONS.large.name}`,
      `in ${REGIONS.other.name}`,
      'what moves it',
    ],
    rows,
    note: `Default quotas of an account as they were known in ${KNOWN_IN}: look at Service Quotas in the console, new accounts have fewer. Seconds of an invocation are assumed: ${Object.entries(
      SECONDS,
    )
      .map(([name, seconds]) => `${name} ${seconds}`)
      .join(
        ', ',
      )}. Each budget takes one job at a time, so that this many jobs a second are of as many budgets as a job has seconds, times that. Not in here: the Actual servers, of which one carries a handful of syncs a second.`,
  };
}

function limitInWords(component: Component): string {
  const limit = limitOf(component);
  return limit >= 1_000_000 ? 'never' : numberInWords(Math.round(limit));
}

function footprintTable(footprint: Footprint): Table {
  const { writeUnits, invocations } = footprint;
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return {
    title: `What one job asks for, as the simulation counts it (${WORK.type})`,
    columns: ['what', 'how many'],
    rows: [
      ['write units of the table by kind of key, and of its indexes', counts(writeUnits)],
      ['records of the stream', footprint.streamRecords],
      [
        'of these let through to dispatch, and to announce',
        `${footprint.looks}, ${footprint.ends}`,
      ],
      ['state transitions', footprint.transitions],
      ['executions started', footprint.startExecutions],
      ['invocations', counts(invocations)],
    ],
    note: 'The write units add up to those that the embedded engine counts on the synthesized stack ([what a job costs](costs.md)); a test compares them.',
  };
}
