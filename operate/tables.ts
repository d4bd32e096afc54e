import Table from 'cli-table3';
import { printable } from '../client/printable.ts';
import type { Job, JobAndSteps, JobEvent, ReviewOutcomes, Suggestion } from '../client/schema.ts';
import { stacked } from '../client/terminal-table.ts';
import { codeOf } from './choosing.ts';

/** Jobs and suggestions as a person reads them in a terminal. */

type Align = 'left' | 'right';

/** Borders and padding of a table with so many columns. */
const frame = (columns: number) => 3 * columns + 1;
const PADDING = 2;
const LEAST_REST = 24;
const PLAIN = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [] },
};

/**
 * @param columns heading, widest content and side; the last one gets what is left of the terminal's width, and wraps. A terminal
 *   would break the lines of a table that is wider than itself: where too little is left, each row has lines of its own.
 */
function table(
  columns: readonly (readonly [head: string, width: number, align?: Align])[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const head = columns.map(([name]) => name);
  const needed = widthsOf(head, rows);
  const widths = columns
    .slice(0, -1)
    .map(([, most], column) => Math.min(most, needed[column] ?? most));
  const rest = width - frame(columns.length) - widths.reduce((sum, one) => sum + one, 0);
  if (rest < Math.min(LEAST_REST, needed.at(-1) ?? LEAST_REST)) return stacked(head, rows);
  const options = {
    ...PLAIN,
    head,
    colAligns: columns.map(([, , align = 'left']) => align),
    colWidths: [...widths, rest].map((one) => one + PADDING),
    wordWrap: true,
  };
  const pieces = inPieces(rows).map((piece) => drawn(options, piece));
  return pieces.flatMap((lines, index) =>
    // Between two pieces there is no border, and no heading once more.
    lines.slice(index === 0 ? 0 : 2, index === pieces.length - 1 ? undefined : -1),
  );
}

/** What each column needs in a terminal, where some characters are as wide as two: the border of a table that is cut nowhere says it. */
function widthsOf(head: string[], rows: readonly (readonly string[])[]): readonly number[] {
  const needed = inPieces(rows).map((piece) => {
    const [border = ''] = drawn({ ...PLAIN, head }, piece);
    return border.split('┬').map((part) => part.replace(/[┌┐]/, '').length - PADDING);
  });
  return head.map((_, column) => Math.max(...needed.map((widths) => widths[column] ?? 0)));
}

/** A table's library looks for each row through all those above it: thousands at once would take minutes. */
const ROWS_AT_ONCE = 100;

function inPieces<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const count = Math.max(1, Math.ceil(rows.length / ROWS_AT_ONCE));
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE),
  );
}

function drawn(
  options: ConstructorParameters<typeof Table>[0],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const made = new Table(options);
  for (const row of rows) made.push([...row]);
  return made.toString().split('\n');
}

const minute = (time: string) => time.slice(0, 16).replace('T', ' ');

export function jobTable(jobs: readonly Job[], width: number): readonly string[] {
  const rows = jobs.map((job) => [
    job.id,
    job.type,
    job.status,
    minute(job.createdAt),
    cameOf(job),
  ]);
  return table(
    [
      ['id', 36],
      ['type', 26],
      ['status', 9],
      ['created (UTC)', 16],
      ['what came of it', 0],
    ],
    rows,
    width,
  );
}

function cameOf({ failureCode, metadata: { warnings = [], counts } }: Job): string {
  if (failureCode !== null) return failureCode;
  return [...warnings.map(({ code }) => code), countsIn(counts)]
    .filter((text) => text !== '')
    .join(', ');
}

function countsIn(counts: Job['metadata']['counts'] = {}): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

export function jobLines({ job, steps }: JobAndSteps): readonly string[] {
  const { metadata, failureCode, failureReason } = job;
  const facts: readonly (readonly [string, string | null])[] = [
    ['created', `${job.createdAt} by ${printable(metadata.requestedBy ?? metadata.trigger)}`],
    ['started', job.startedAt],
    ['ended', job.completedAt],
    // What comes after a scheduled job has a parent too, and repeats nothing.
    [metadata.retryCount > 0 ? 'repeats' : 'follows', job.parentJobId],
    ['counts', countsIn(metadata.counts) || null],
    ['failure', failureCode === null ? null : `${failureCode}: ${printable(failureReason ?? '')}`],
    ['execution', executionOf(job)],
  ];
  return [
    `Job ${job.id}: ${job.type}, ${job.status}`,
    ...facts.flatMap(([name, fact]) => (fact === null ? [] : [`  ${name.padEnd(10)}${fact}`])),
    ...steps.map(
      ({ position, stepType, status }) => `  step ${position}    ${stepType}, ${status}`,
    ),
    ...(metadata.warnings ?? []).map(
      ({ code, message, count }) =>
        `  warning   ${code}${count === undefined ? '' : ` (${count})`}: ${printable(message)}`,
    ),
  ];
}

/** No account of AWS has this number: it is that of a stack on this machine. */
const ACCOUNT_HERE = ':000000000000:';

/** Its address in the console; its ARN, which the address ends with, where no console shows it. */
function executionOf({ executionUrl }: Job): string | null {
  if (!executionUrl?.includes(ACCOUNT_HERE)) return executionUrl;
  return executionUrl.split('/').at(-1) ?? executionUrl;
}

export function eventTable(events: readonly JobEvent[], width: number): readonly string[] {
  const rows = events.map(({ createdAt, stepId, status, message = '' }) => [
    createdAt,
    stepId === null ? 'job' : 'step',
    status,
    printable(message),
  ]);
  return table(
    [
      ['time', 24],
      ['of', 4],
      ['status', 9],
      ['message', 0],
    ],
    rows,
    width,
  );
}

export function suggestionTable(
  suggestions: readonly Suggestion[],
  width: number,
): readonly string[] {
  const names = new Map(
    suggestions.flatMap(({ proposals }) =>
      proposals.map(({ categoryId, categoryName }) => [categoryId, categoryName] as const),
    ),
  );
  const rows = suggestions.map(({ id, transaction, payeeName, proposals, decision, ...more }) => {
    const [best] = proposals;
    const categoryId = decision?.categoryId ?? best?.categoryId ?? '';
    const category = names.get(categoryId) ?? categoryId;
    // Nothing was said of how sure a category is that was decided on without having been proposed.
    const sure = proposals.find((one) => one.categoryId === categoryId)?.confidence;
    const payee = decision?.payeeName ?? payeeName;
    return [
      codeOf(id),
      transaction.date,
      printable(payee === null ? transaction.payee : `${transaction.payee} → ${payee}`),
      (transaction.amount / 100).toFixed(2),
      printable(category),
      sure === undefined ? '' : `${Math.round(sure * 100)} %`,
      `${notApplied(more)}${more.proposedBy === 'model' ? '(language model) ' : ''}${printable(more.reason)}`,
    ];
  });
  return table(
    [
      ['id', 8],
      ['date', 10],
      ['payee', 26],
      ['amount', 11, 'right'],
      ['category', 22],
      ['sure', 5, 'right'],
      ['reason', 0],
    ],
    rows,
    width,
  );
}

/** What a job warns of by number alone: here is which one it means. */
function notApplied({ lastOutcome }: Pick<Suggestion, 'lastOutcome'>): string {
  return lastOutcome === null ? '' : `(not applied: ${lastOutcome.code}) `;
}

const DONE = { approve: 'approved', reject: 'rejected' } as const;

/** How many were decided, and of each that was not, why. */
export function decisionLines(
  kind: keyof typeof DONE,
  outcomes: ReviewOutcomes['outcomes'],
  there: readonly Suggestion[],
  width: number,
): readonly string[] {
  const payees = new Map(there.map(({ id, transaction }) => [id, transaction.payee]));
  const refused = outcomes.flatMap((one) =>
    one.outcome === 'reviewed'
      ? []
      : [[codeOf(one.id), printable(payees.get(one.id) ?? ''), one.outcome, one.detail]],
  );
  const count = `${outcomes.length - refused.length} of ${outcomes.length} ${DONE[kind]}.`;
  if (refused.length === 0) return [count];
  return [
    ...table(
      [
        ['id', 8],
        ['payee', 26],
        ['outcome', 11],
        ['why', 0],
      ],
      refused,
      width,
    ),
    count,
  ];
}
