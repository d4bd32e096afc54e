import { writeSync } from 'node:fs';
import { dirname } from 'node:path';
import Table from 'cli-table3';
import { Listr } from 'listr2';
import { printable } from '../../client/printable.ts';
import type { JobAndSteps, SuggestionList } from '../../client/schema.ts';
import { stacked, widthOf } from '../../client/terminal-table.ts';
import { isDiskFull } from '../runtime/full-disk.ts';

/** Less room for reasons than this, and the table is not drawn: the terminal would break each of its lines. */
const LEAST_REST = 30;

/** What a person sees. On a terminal tasks change in place; elsewhere each change is a plain line. */
export class Screen {
  private readonly out: NodeJS.WriteStream;

  /** @param out where to write; with `--json` it is standard error. */
  constructor(out: NodeJS.WriteStream) {
    this.out = out;
  }

  /** Whether a person looks at it, rather than a log keeps it. */
  get isTerminal(): boolean {
    return this.out.isTTY;
  }

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** Shows a task while it runs and how long it took; what is said of it once it is over is of something else. */
  async task<Result>(
    title: string,
    work: (update: (detail: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const started = performance.now();
    const took = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    if (!this.changesInPlace) {
      let isOver = false;
      this.line(`${title} …`);
      const result = await work((detail) => {
        if (!isOver) this.line(`  ${took()}  ${detail}`);
      });
      isOver = true;
      this.line(`${title}: done in ${took()}`);
      return result;
    }
    let result: { readonly value: Result } | undefined;
    await new Listr(
      [
        {
          title,
          task: async (_context, task) => {
            const value = await work((detail) => {
              task.output = detail;
            });
            result = { value };
            task.title = `${title} (${took()})`;
          },
        },
      ],
      // What Ctrl-C does is not for a task to say: Listr would end us before all is closed, as if something had failed.
      { registerSignalListeners: false },
    ).run();
    if (result === undefined) throw new Error(`${title} ended without a result`);
    return result.value;
  }

  /** Gives a terminal its cursor back in the middle of a task, which holds on to the stream's own way of writing. */
  leave(): void {
    if (this.changesInPlace) writeSync(process.stdout.fd, '\u001b[?25h\n');
  }

  /** Listr writes to standard output alone, which is for the document where another stream is for this. */
  private get changesInPlace(): boolean {
    return this.out.isTTY && this.out === process.stdout;
  }

  job({ job, steps }: JobAndSteps): void {
    const counts = Object.entries(job.metadata.counts ?? {});
    this.line(`Job ${job.id}: ${job.status}`);
    for (const { stepType, status } of steps) this.line(`  ${stepType}: ${status}`);
    if (counts.length > 0) this.line(`  ${counts.map(([name, n]) => `${name} ${n}`).join(', ')}`);
    if (job.failureReason !== null) this.line(`  ${job.failureReason}`);
    for (const { code, message, count } of job.metadata.warnings ?? []) {
      this.line(`  ${code}${count === undefined ? '' : ` (${count})`}: ${printable(message)}`);
    }
  }

  suggestions({ suggestions, nextCursor }: SuggestionList): void {
    const head = ['payee', 'amount', 'category', 'sure', 'reason'];
    const rows = suggestions.map(({ transaction, proposals: [best], reason }) => [
      printable(transaction.payee),
      (transaction.amount / 100).toFixed(2),
      printable(best?.categoryName ?? ''),
      `${Math.round((best?.confidence ?? 0) * 100)} %`,
      printable(reason),
    ]);
    // What is left of the line beside the other columns; long reasons wrap within theirs.
    const rest = widthOf(this.out) - 76;
    const lines = rest < LEAST_REST ? stacked(head, rows) : [this.table(head, rows, rest)];
    for (const line of lines) this.line(line);
    if (nextCursor !== null) this.line(`… the first ${suggestions.length}; the API has the rest.`);
  }

  private table(head: string[], rows: string[][], rest: number): string {
    const table = new Table({
      head,
      colAligns: ['left', 'right', 'left', 'right', 'left'],
      colWidths: [28, 11, 24, 7, rest],
      wordWrap: true,
      chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
      style: { head: this.out.isTTY ? ['cyan'] : [], border: [] },
    });
    table.push(...rows);
    return table.toString();
  }
}

/** Of a pipe whose reader has ended, and of a terminal that was closed. */
const UNREAD: readonly unknown[] = ['EPIPE', 'EIO'];

/** Has what nobody reads any more, or a full disk does not take, left out: a stack goes on without its screen. */
export function goOnUnread(stream: NodeJS.EventEmitter): void {
  stream.on('error', (error: unknown) => {
    const isUnread = error instanceof Error && 'code' in error && UNREAD.includes(error.code);
    if (!isUnread && !isDiskFull(error)) throw error;
  });
}

/** Calls to paste, with the parameters in the order that curl signs rightly. */
export function pasteable(
  url: string,
  curlrc: string,
  { budgetId, jobId }: { readonly budgetId: string; readonly jobId: string },
): string {
  const curl = `curl -sK ${quoted(curlrc)}`;
  return [
    `The API is at ${url} until you press Ctrl-C. Try:`,
    `  npm run jobs -- suggestions --data ${quoted(dirname(curlrc))} --budget ${budgetId}`,
    `  ${curl} '${url}/jobs/${jobId}'`,
    `  ${curl} '${url}/jobs/${jobId}/events'`,
    `  ${curl} '${url}/jobs?budgetId=${budgetId}&limit=5'`,
    `  ${curl} '${url}/budgets/${budgetId}/suggestions?status=pending'`,
    `  ${curl} '${url}/jobs' -d '{"type":"sync_and_suggest","budgetId":"${budgetId}"}'`,
  ].join('\n');
}

/** As a shell takes it for one word, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
