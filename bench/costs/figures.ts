import { spreadOf } from '../report/ratio.ts';
import type { Figure } from '../report/report.ts';
import { quantitiesOf, quantitiesOfLone } from './job-costs.ts';
import type { MeasuredJob } from './measuring.ts';
import { costOf, type Quantities } from './prices.ts';
import type { PricedJob } from './tables.ts';

const JOBS = 1000;

/** What is wanted of a combined job with nothing new, and what else is worth following from version to version. */
export function figuresOf(
  { soon, alone = {} }: PricedJob,
  measured: { readonly soon: readonly MeasuredJob[]; readonly alone: readonly MeasuredJob[] },
  month: Quantities,
): Figure[] {
  const dollars = (jobs: readonly MeasuredJob[], toQuantities: typeof quantitiesOf) =>
    spreadOf(jobs.map((job) => JOBS * costOf(toQuantities({ ...job, byCaller: true }))));
  const { functionTime: _, ...counted } = soon;
  return [
    {
      name: 'combined-dollars',
      what: '1,000 combined jobs, one after the other',
      kind: 'time',
      unit: '$',
      ...dollars(measured.soon, quantitiesOf),
      wanted: { atMost: 0.3 },
    },
    {
      name: 'combined-dollars-counted',
      what: 'The same without the time of functions',
      kind: 'counted',
      unit: '$',
      value: JOBS * costOf(counted),
    },
    {
      name: 'combined-dollars-alone',
      what: '1,000 combined jobs, each alone, so that all functions start anew',
      kind: 'time',
      unit: '$',
      ...dollars(measured.alone, quantitiesOfLone),
    },
    {
      name: 'combined-write-units',
      what: 'Write units of a combined job, indexes included',
      kind: 'counted',
      unit: 'units',
      value: soon.writeUnit ?? 0,
      wanted: { atMost: 100 },
    },
    {
      name: 'combined-read-units',
      what: 'Read units of a combined job',
      kind: 'counted',
      unit: 'units',
      value: soon.readUnit ?? 0,
    },
    {
      name: 'combined-state-transitions',
      what: 'State transitions of a combined job, start and end included',
      kind: 'counted',
      unit: 'states',
      value: soon.stateTransition ?? 0,
      wanted: { atMost: 8 },
    },
    {
      name: 'combined-invocations',
      what: 'Invocations of functions for a combined job',
      kind: 'counted',
      unit: 'calls',
      value: soon.invocation ?? 0,
    },
    {
      name: 'combined-function-time',
      what: 'Function time of a combined job, soon after another',
      kind: 'time',
      unit: 'GB-s',
      ...spreadOf(measured.soon.map(({ gbSeconds }) => gbSeconds)),
    },
    {
      name: 'combined-function-time-alone',
      what: 'Function time of a combined job that comes alone',
      kind: 'time',
      unit: 'GB-s',
      value: alone.functionTime ?? 0,
    },
    {
      name: 'combined-logs',
      what: 'Logs of a combined job',
      kind: 'counted',
      unit: 'KB',
      value: (soon.logs ?? 0) * 1e6,
    },
    {
      name: 'month-at-rest',
      what: 'A month at rest, by list prices',
      kind: 'time',
      unit: '$',
      value: costOf(month),
    },
  ];
}
