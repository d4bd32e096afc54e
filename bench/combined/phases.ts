/** Where the time of a job goes, told from what was seen from outside of it: calls of services, requests to the server. */

/** What happened at a moment of a job. */
export type Mark =
  /** The POST was answered, and the GET that waits. */
  | 'created'
  | 'ended'
  /** Actual's server was asked, or had answered. */
  | 'request'
  | 'answer'
  /** A function began or was done, or called a service: `begun Sync`, `Sync calls s3:GetObject`. */
  | `${'begun' | 'done'} ${string}`
  | `${string} calls ${string}`;

export interface Moment {
  /** Milliseconds since the POST was sent. */
  readonly at: number;
  readonly mark: Mark;
}

interface PhaseEnd {
  readonly phase: string;
  /** The state or function that it is a part of. */
  readonly of: string;
  /** The phase ends with the first such moment, */
  readonly until: (mark: Mark) => boolean;
  /** or with the last one before the place that this finds among the moments that are left. */
  readonly before?: (rest: readonly Moment[]) => number;
}

export interface Phase {
  readonly of: string;
  readonly phase: string;
  readonly milliseconds: number;
}

const is = (wanted: Mark) => (mark: Mark) => mark === wanted;
const calls = (name: string, service: string) => (mark: Mark) =>
  mark.startsWith(`${name} calls ${service}:`);
const writes = (name: string) => (mark: Mark) =>
  mark.startsWith(`${name} calls dynamodb:`) &&
  /:(Put|Update|Delete|ConditionCheck)Item$/.test(mark);
const either =
  (...some: readonly ((mark: Mark) => boolean)[]) =>
  (mark: Mark) =>
    some.some((one) => one(mark));

const FROM_OUTSIDE = either(calls('Sync', 's3'), calls('Sync', 'secretsmanager'));
const SYNC_STORES = either(is('Sync calls s3:PutObject'), writes('Sync'));
const first = (wanted: (mark: Mark) => boolean) => (rest: readonly Moment[]) =>
  rest.findIndex(({ mark }) => wanted(mark));
/** The snapshot is restored between the last call of a service and the last request to the server. */
const lastRequest = (rest: readonly Moment[]) =>
  rest.slice(0, first(SYNC_STORES)(rest)).findLastIndex(({ mark }) => mark === 'request');

/** In the order of a `sync_and_suggest`. */
const PHASES: readonly PhaseEnd[] = [
  {
    of: 'API',
    phase: 'the `POST`, until it is answered or its place in line delivered',
    until: either(is('created'), is('begun Dispatch')),
  },
  { of: 'Stream', phase: 'the place in line is delivered', until: is('begun Dispatch') },
  { of: 'Dispatch', phase: 'looks, claims, starts the execution', until: is('begun Sync') },
  { of: 'Sync', phase: 'begins: job, worker, pointer to the snapshot', until: FROM_OUTSIDE },
  {
    of: 'Sync',
    phase: 'session, whether anything is new, archive',
    until: FROM_OUTSIDE,
    before: lastRequest,
  },
  { of: 'Sync', phase: 'restores the archive and opens it', until: is('request') },
  {
    of: 'Sync',
    phase: 'asks the server, takes over what is new',
    until: is('answer'),
    before: first(SYNC_STORES),
  },
  { of: 'Sync', phase: 'closes it, packs it, reads the extract, counts', until: SYNC_STORES },
  { of: 'Sync', phase: 'stores snapshot, pointer, result', until: is('done Sync') },
  { of: 'Suggestions', phase: 'is called', until: is('begun Suggestions') },
  {
    of: 'Suggestions',
    phase: 'begins: job, worker, pointer to the snapshot',
    until: calls('Suggestions', 's3'),
  },
  {
    of: 'Suggestions',
    phase: 'reads the extract and all suggestions but the last page, learns meanwhile',
    until: is('Suggestions calls dynamodb:Query'),
    before: first(writes('Suggestions')),
  },
  {
    of: 'Suggestions',
    phase: 'the last page; proposes, compares',
    until: writes('Suggestions'),
  },
  {
    of: 'Suggestions',
    phase: 'stores what changed, and the result',
    until: is('done Suggestions'),
  },
  { of: 'Settle', phase: 'is called, ends the job', until: is('done Settle') },
  { of: 'API', phase: 'the `GET` that waits looks again and is answered', until: is('ended') },
];

/** One after the other, from the POST to the answer; what did not happen took no time. */
export function phasesOf(moments: readonly Moment[]): readonly Phase[] {
  let rest = moments.toSorted((one, other) => one.at - other.at);
  let from = 0;
  return PHASES.map(({ of, phase, until, before }) => {
    const found =
      before === undefined
        ? first(until)(rest)
        : rest.slice(0, Math.max(0, before(rest))).findLastIndex(({ mark }) => until(mark));
    const end = rest[found];
    if (end === undefined) return { of, phase, milliseconds: 0 };
    const milliseconds = end.at - from;
    from = end.at;
    rest = rest.slice(found);
    return { of, phase, milliseconds };
  });
}
