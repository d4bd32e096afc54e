import type { Footprint } from './footprint.ts';
import { QUOTAS, type Region, SOURCES } from './quotas.ts';

/** What gives first when more and more jobs come a second: what one asks of each part of AWS, against what that part may give. */

export interface Design {
  /** Requests a second that the stack's own throttle lets in. */
  readonly throttle: number;
  /** Partition keys that the jobs of all budgets share: so many of each kind. */
  readonly sharedKeys: Readonly<Record<'ENDED' | 'OpenWork', number>>;
  /** Batches of one shard that the event sources have worked on at once. */
  readonly batchesAtOnce: { readonly dispatch: number; readonly announce: number };
  /** How long an invocation takes on average, in seconds, by the name of the function. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface Component {
  /** Kept from version to version. */
  readonly name: string;
  readonly what: string;
  /** What it carries at so many jobs a second, in the unit of the quota. */
  readonly load: (jobsPerSecond: number) => number;
  readonly quota: (jobsPerSecond: number) => number;
  readonly unit: string;
  /** What moves it. */
  readonly moves: string;
  /** Whether only another design would. */
  readonly isDesign: boolean;
  /** Address of the documentation that the quota is from. */
  readonly source: string;
}

export function componentsOf(
  footprint: Footprint,
  design: Design,
  region: Region,
): readonly Component[] {
  const { writeUnits, invocations, looks, ends, transitions, startExecutions } = footprint;
  const { seconds, sharedKeys, batchesAtOnce } = design;
  const units = sum(Object.values(writeUnits));
  const busy = sum(Object.entries(invocations).map(([name, n]) => n * secondsOf(seconds, name)));
  const partitions = (rate: number) =>
    Math.max(QUOTAS.firstPartitions, (rate * units) / QUOTAS.partitionWriteUnits);
  const each = (perJob: number) => (rate: number) => rate * perJob;
  const always = (quota: number) => () => quota;
  return [
    {
      name: 'throttle',
      what: "the API's own throttle",
      load: each(1),
      quota: always(design.throttle),
      unit: 'requests/s',
      moves: '`api.throttle` in the configuration',
      isDesign: false,
      source: SOURCES.gateway,
    },
    {
      name: 'start-execution',
      what: '`StartExecution` of Step Functions',
      load: each(startExecutions),
      quota: always(region.startExecution),
      unit: 'calls/s',
      moves: 'Service Quotas: StartExecution throttle token refill rate',
      isDesign: false,
      source: SOURCES.stepFunctions,
    },
    {
      name: 'state-transitions',
      what: 'state transitions',
      load: each(transitions),
      quota: always(region.stateTransitions),
      unit: 'states/s',
      moves: 'Service Quotas: StateTransition throttle token refill rate',
      isDesign: false,
      source: SOURCES.stepFunctions,
    },
    {
      name: 'concurrency',
      what: 'functions that run at once',
      load: each(busy),
      quota: always(QUOTAS.concurrentInvocations),
      unit: 'invocations',
      moves: 'Service Quotas: concurrent executions of Lambda; shorter steps',
      isDesign: false,
      source: SOURCES.lambda,
    },
    {
      name: 'table',
      what: 'write units of the table and its indexes',
      load: each(units),
      quota: always(QUOTAS.tableWriteUnits),
      unit: 'units/s',
      moves:
        'Service Quotas: table-level write throughput; pre-warming, as a new table gives 4,000 at first',
      isDesign: false,
      source: SOURCES.table,
    },
    {
      name: 'ended-key',
      what: `a key of the day's ends (\`ENDED#…\`, ${sharedKeys.ENDED} of them)`,
      load: each((writeUnits.ENDED ?? 0) / sharedKeys.ENDED),
      quota: always(QUOTAS.partitionWriteUnits),
      unit: 'units/s',
      moves: 'more of these keys (`functions/store/keys.ts`)',
      isDesign: true,
      source: SOURCES.partition,
    },
    {
      name: 'open-work-key',
      what: `a key of the index over open work (\`OPEN#…\`, ${sharedKeys.OpenWork} of them)`,
      load: each((writeUnits.OpenWork ?? 0) / sharedKeys.OpenWork),
      quota: always(QUOTAS.partitionWriteUnits),
      unit: 'units/s',
      moves:
        'more of these keys (`functions/store/keys.ts`); by itself, as DynamoDB splits a key that stays hot by its sort key, here the id of the budget',
      isDesign: true,
      source: SOURCES.partition,
    },
    {
      name: 'announce-stream',
      what: "batches of the stream's shards in which `announce` is at work",
      load: each(ends * secondsOf(seconds, 'announce')),
      // All ends of a key are in one shard.
      quota: (rate) =>
        batchesAtOnce.announce * Math.min(sharedKeys.ENDED, Math.floor(partitions(rate))),
      unit: 'batches',
      moves: 'more keys of ends; a larger batch, which tells of ends twice when one of it fails',
      isDesign: true,
      source: SOURCES.stream,
    },
    {
      name: 'dispatch-stream',
      what: "batches of the stream's shards in which `dispatch` is at work",
      load: each(looks * secondsOf(seconds, 'dispatch')),
      quota: (rate) => batchesAtOnce.dispatch * Math.floor(partitions(rate)),
      unit: 'batches',
      moves: 'by itself: a table that writes more has more partitions, and its stream more shards',
      isDesign: true,
      source: SOURCES.stream,
    },
    {
      name: 'put-events',
      what: '`PutEvents` of EventBridge',
      load: each(ends),
      quota: always(region.putEvents),
      unit: 'calls/s',
      moves: 'Service Quotas: PutEvents throttle limit',
      isDesign: false,
      source: SOURCES.eventBridge,
    },
    {
      name: 'gateway',
      what: 'requests to API Gateway',
      load: each(invocations.createJob ?? 0),
      quota: always(QUOTAS.gatewayRequests),
      unit: 'requests/s',
      moves: 'Service Quotas: throttle rate',
      isDesign: false,
      source: SOURCES.gateway,
    },
  ];
}

/** Rates beyond this are nobody's. */
const MOST = 1_000_000;
const PRECISION = 1e-6;

/** Jobs a second at which a component has all that it may have. */
export function limitOf({ load, quota }: Pick<Component, 'load' | 'quota'>): number {
  let [low, high] = [0, MOST];
  if (load(high) <= quota(high)) return MOST;
  while (high - low > PRECISION * Math.max(1, low)) {
    const middle = (low + high) / 2;
    if (load(middle) <= quota(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** @throws RangeError for a function whose time nobody has said. */
function secondsOf(seconds: Design['seconds'], name: string): number {
  const found = seconds[name];
  if (found === undefined) throw new RangeError(`How long ${name} takes is not known`);
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
