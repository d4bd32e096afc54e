import type { JobType } from '../../functions/domain/job.ts';
import type { Plot, Table } from '../report/report.ts';
import {
  afterFree,
  costAfterFree,
  costByService,
  costOf,
  linesOf,
  PRICES,
  priceOf,
  type Quantities,
  REGION,
} from './prices.ts';

/** The quantities and dollars of the report, as tables and plot. */

const JOBS = 1000;
/** Services that take less of a job's cost have no line in the plot. */
const SHARE_SHOWN = 0.03;

/** To so many digits behind the point. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

export interface PricedJob {
  readonly type: JobType;
  readonly soon: Quantities;
  readonly alone?: Quantities;
}

export function quantitiesTable(jobs: readonly PricedJob[]): Table {
  return {
    title: 'What a job uses when nothing is new',
    columns: [
      ...[
        'job type',
        'invocations',
        'GB-seconds',
        'state transitions',
        'write units',
        'read units',
      ],
      ...['S3 PUT', 'S3 GET', 'secrets', 'API', 'events', 'logs, kB', 'traces'],
    ],
    rows: jobs.map(({ type, soon }) => [
      `\`${type}\``,
      soon.invocation ?? 0,
      rounded(soon.functionTime ?? 0, 2),
      ...[soon.stateTransition, soon.writeUnit, soon.readUnit].map((units) => units ?? 0),
      ...[soon.bucketWrite, soon.bucketRead, soon.secretCall].map((calls) => calls ?? 0),
      ...[soon.apiCall, soon.event].map((calls) => calls ?? 0),
      rounded((soon.logs ?? 0) * 1e6, 1),
      soon.trace ?? 0,
    ]),
    note: 'One job after the other, so that functions are warm. Reading the streams is free for Lambda, deleting from the bucket for everybody, and so are events of AWS itself. Each GET of a caller comes on top.',
  };
}

export function dollarsTable(jobs: readonly PricedJob[]): Table {
  const services = [...new Set(jobs.flatMap(({ soon }) => [...costByService(soon).keys()]))];
  return {
    title: `What ${JOBS.toLocaleString('en-US')} of them cost, in dollars`,
    columns: ['job type', ...services, 'together'],
    rows: jobs.map(({ type, soon }) => {
      const costs = costByService(soon);
      return [
        `\`${type}\``,
        ...services.map((service) => rounded(JOBS * (costs.get(service) ?? 0), 4)),
        rounded(JOBS * costOf(soon), 4),
      ];
    }),
    note: `List prices for ${REGION}, arm64, of bench/costs/prices.json, without what an account has free.`,
  };
}

/** Of 1,000 combined jobs, line by line: soon after one another, and each alone. */
export function combinedTable({ soon, alone = {} }: PricedJob): Table {
  return {
    title: '1,000 combined jobs, line by line, in dollars',
    columns: ['what', 'a job', 'price', 'soon after one another', 'each alone'],
    rows: [
      ...linesOf({ ...alone, ...soon }).map(({ what, quantity }) => {
        const { unit, service, dollars, per } = PRICES[what];
        return [
          `${service}: ${unit}`,
          rounded(quantity, 7),
          `$${dollars} per ${per.toLocaleString('en-US')}`,
          rounded(JOBS * priceOf(what, soon[what] ?? 0), 4),
          rounded(JOBS * priceOf(what, alone[what] ?? 0), 4),
        ];
      }),
      ['together', '', '', rounded(JOBS * costOf(soon), 4), rounded(JOBS * costOf(alone), 4)],
    ],
    note: 'A job that comes alone, as one a night does, starts every function anew, and DynamoDB asks for the key of the table again for each of them.',
  };
}

export function atRestTable(month: Quantities): Table {
  return {
    title: 'At rest: what the stack costs a month, in dollars',
    columns: ['what', 'how many', 'price', 'list price', 'with what every account has free'],
    rows: [
      ...linesOf(month).map(({ what, quantity, dollars }) => {
        const { service, unit, dollars: price, per } = PRICES[what];
        return [
          `${service}: ${unit}`,
          rounded(quantity, 4),
          `$${price} per ${per.toLocaleString('en-US')}`,
          rounded(dollars, 4),
          rounded(afterFree(what, quantity), 4),
        ];
      }),
      ['together', '', '', rounded(costOf(month), 2), rounded(costAfterFree(month), 2)],
    ],
    note: 'One Actual server, one schedule, no callers, 30 days: a sweep every 5 minutes, and what is in the template. Kept are 1,000 combined jobs with their histories, and a snapshot with its extract for the budget measured. Metrics come on top by the hours in which jobs run.',
  };
}

/** Dollars a month by how many combined jobs run in it. */
export function monthPlot(job: PricedJob, atRest: Quantities): Plot {
  const counts = [1, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000];
  const series = (name: string, dollars: (jobs: number) => number, reference = false) => ({
    name,
    points: counts.map((jobs): [number, number] => [jobs, dollars(jobs)]),
    ...(reference ? { reference } : {}),
  });
  const large = costOf(job.soon) * SHARE_SHOWN;
  const services = [...costByService(job.soon)].filter(([, dollars]) => dollars > large);
  return {
    name: 'costs-a-month',
    title: 'What a month costs, by the combined jobs in it',
    x: { label: 'combined jobs a month', scale: 'log' },
    y: { label: 'dollars a month, list prices', scale: 'log' },
    series: [
      series('all together', (jobs) => costOf(atRest) + jobs * costOf(job.soon)),
      ...services.map(([service, dollars]) => series(service, (jobs) => jobs * dollars)),
      series('at rest', () => costOf(atRest), true),
    ],
  };
}
