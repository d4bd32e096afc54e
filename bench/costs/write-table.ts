import type { Table } from '../report/report.ts';
import { type ItemCharge, unitsOf } from './write-units.ts';

/** What a job's write units are for: by transaction and by kind of item. */

interface Kind {
  readonly name: string;
  readonly key: RegExp;
  readonly purpose: string;
}

/** Of the units of the table's own; those of indexes are counted by themselves. */
const KINDS: readonly Kind[] = [
  {
    name: 'job',
    key: /^JOB#\S+ JOB$/,
    purpose: 'status, times, counts and version, on the condition that nobody else changed them',
  },
  {
    name: 'input',
    key: /^JOB#\S+ INPUT$/,
    purpose: 'the ids of the suggestions that the caller chose',
  },
  {
    name: 'steps',
    key: / STEP#/,
    purpose: 'status and times of each step of a combined job',
  },
  {
    name: 'history',
    key: / EVENT#/,
    purpose: 'an event for each change of the job or a step, written once',
  },
  {
    name: 'line',
    key: / QUEUE#/,
    purpose:
      'the place in line, which comes with the job and goes with its claim; the stream tells of it',
  },
  {
    name: 'lock',
    key: / RUNNING$/,
    purpose:
      'one job at a time in a budget; a worker writes itself in, and shows that it is still in with each write',
  },
  {
    name: 'end',
    key: /^ENDED#/,
    purpose: 'the end of the job, which the stream makes an event of',
  },
  {
    name: 'snapshot',
    key: / CURRENT_SNAPSHOT$/,
    purpose: 'the pointer to the archive and the extract that are current',
  },
  {
    name: 'kept copy',
    key: / SNAPSHOT#/,
    purpose: 'the copy of the budget that somebody asked to keep',
  },
  {
    name: 'suggestions',
    key: /^SUGGESTIONS#/,
    purpose: 'what became of each suggestion',
  },
  {
    name: 'schedule',
    key: /^REQUEST#| SCHEDULED$/,
    purpose:
      'that a scheduled time was answered, and which scheduled job of the budget is the last one',
  },
];
const OTHER = 'other';
const LISTINGS = 'listings';
const OPEN_WORK = 'open work';
const OF_INDEXES = {
  [LISTINGS]:
    'the job as the three lists of its budget have it, all, by type and by status, and a suggestion by its status; two where the status changes',
  [OPEN_WORK]: 'places in line and locks where the sweep finds them',
};

const OF_OPEN_WORK = 'OpenWork';

/** Units by kind; the sum is what the charges come to. */
export function unitsByKind(charges: readonly ItemCharge[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, units: number) => sums.set(name, (sums.get(name) ?? 0) + units);
  for (const { key, table, indexes } of charges) {
    add(KINDS.find((kind) => kind.key.test(key))?.name ?? OTHER, table);
    for (const [index, units] of Object.entries(indexes)) {
      add(index === OF_OPEN_WORK ? OPEN_WORK : LISTINGS, units);
    }
  }
  return sums;
}

export function sumOf(charges: readonly ItemCharge[]): number {
  return charges.reduce((sum, charge) => sum + unitsOf(charge), 0);
}

/** What a transaction does in the life of a job, read off its items. */
export function transactionName(charges: readonly ItemCharge[]): string {
  const has = (action: ItemCharge['action'], key: RegExp) =>
    charges.some((one) => one.action === action && key.test(one.key));
  const step = /STEP#(\d)/.exec(charges.map(({ key }) => key).join(' '))?.[1];
  const ofStep = step === undefined ? '' : ` ${step}`;
  if (has('put', / QUEUE#/)) return 'created';
  if (has('delete', / QUEUE#/)) return 'claimed';
  if (has('delete', / RUNNING$/)) return 'ended';
  if (has('put', / CURRENT_SNAPSHOT$/)) return 'snapshot replaced';
  if (has('update', / RUNNING$/)) return `step${ofStep} begins`;
  return `step${ofStep} done`;
}

/** @param transactions of one job. */
export function tableByTransaction(transactions: readonly (readonly ItemCharge[])[]): Table {
  const rows = transactions.map((charges) => [transactionName(charges), charges] as const);
  return {
    title: 'Write units of a combined job, transaction by transaction',
    ...unitsTable('transaction', [...rows, ['together', transactions.flat()]]),
    note: 'An item costs two units for each kilobyte, since transactions are prepared and committed, one that is only looked at too. An entry of an index costs one: indexes follow after the commit. The engine on this machine counts the same sum; whether AWS doubles indexes too is said nowhere that could be found.',
  };
}

/** @param jobs what was charged, by the job's type. */
export function tableByType(jobs: ReadonlyMap<string, readonly ItemCharge[]>): Table {
  const rows = [...jobs].map(([type, charges]) => [`\`${type}\``, charges] as const);
  return { title: 'Write units by what they are for', ...unitsTable('job type', rows) };
}

function unitsTable(
  head: string,
  rows: readonly (readonly [name: string, charges: readonly ItemCharge[]])[],
): Pick<Table, 'columns' | 'rows'> {
  const all = unitsByKind(rows.flatMap(([, charges]) => charges));
  const kinds = [...KINDS.map(({ name }) => name), LISTINGS, OPEN_WORK, OTHER].filter((name) =>
    all.has(name),
  );
  return {
    columns: [head, ...kinds, 'together'],
    rows: rows.map(([name, charges]) => {
      const units = unitsByKind(charges);
      return [name, ...kinds.map((kind) => units.get(kind) ?? 0), sumOf(charges)];
    }),
  };
}

export function tableByPurpose(charges: readonly ItemCharge[]): Table {
  const units = unitsByKind(charges);
  const purposes = [
    ...KINDS.map(({ name, purpose }) => [name, purpose] as const),
    ...Object.entries(OF_INDEXES),
    [OTHER, 'what else the job wrote'] as const,
  ];
  return {
    title: 'What those units are for',
    columns: ['what', 'for'],
    rows: purposes.filter(([name]) => units.has(name)).map(([name, purpose]) => [name, purpose]),
  };
}
