import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { synthesize } from '../../local/start/synthesis.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import type { Bench, Figure, Plot, Table } from '../report/report.ts';
import { Accepting, CALLERS } from './accepting.ts';
import { BUDGETS, Crowd, JOBS } from './crowd.ts';
import { measureListing } from './listing.ts';
import { onPaper } from './paper.ts';

/** Very many jobs: a page of a long list, a crowd at once, and what gives first on paper. */

const FOLDER = join(import.meta.dirname, '../../.bench');

export const benchScale: Bench = async (progress) => {
  const listing = await measureListing(progress);
  progress('the stack');
  const assembly = join(FOLDER, 'scale-assembly');
  mkdirSync(FOLDER, { recursive: true });
  await synthesize(assembly);
  progress('jobs accepted, and bare transactions');
  const accepting = await inItsProcess('accept', assembly, Accepting);
  progress(`${JOBS.toLocaleString('en')} jobs to their ends`);
  const crowd = await inItsProcess('run', assembly, Crowd);
  if (crowd.broken.length > 0) throw new Error(`Not as promised: ${crowd.broken.join('; ')}`);
  progress('what gives first');
  const paper = await onPaper(
    resolveStack(readAssembly(assembly), { apiEndpoint: 'http://127.0.0.1' }),
  );
  return {
    name: 'scale',
    title: 'Scale',
    text: TEXT,
    figures: [...listing.figures, ...figuresOf(accepting, crowd), ...paper.figures],
    tables: [listing.table, acceptingTable(accepting), ...paper.tables],
    plots: [crowdPlot(crowd), paper.plot],
  };
};

const TEXT = [
  `**Lists.** A page of 20 jobs of a budget with 100,000 of them, by the store on the embedded engine, against the same page of a budget with the newest 100 of them alone: the same items in two tables of one file.`,
  `**Accepted.** Jobs that the function of \`POST /jobs\` takes in from ${CALLERS} callers at once, as it is bundled, on the template's own table. The floor is what it sends to the table, byte by byte, sent again by nothing but Node's HTTP client, with as many at once: the engine's own rate. Function and callers share one process and one core here; on AWS each call has an environment of its own.`,
  `**A crowd.** ${JOBS.toLocaleString('en')} jobs over ${BUDGETS.toLocaleString('en')} budgets at once, in a step that does nothing, to the end: the synthesized template with its table, event sources and state machine, and all functions in one process. Afterwards each job that was accepted has to be there, to have succeeded, to have been told of on the event bus, and to have begun after the one before it of its budget had ended; otherwise there are no figures.`,
  `**On paper.** What one job asks of each part of AWS is counted in [the simulation](testing.md#simulation); what gives first when more and more come a second follows from that and from the documented quotas.`,
];

/** Runs a part of the bench in a process of its own, on a table of its own. */
async function inItsProcess<Found>(
  what: 'accept' | 'run',
  assembly: string,
  shape: z.ZodType<Found>,
): Promise<Found> {
  const data = mkdtempSync(join(FOLDER, 'scale-table-'));
  try {
    const child = fork(join(import.meta.dirname, 'crowd-process.ts'), [what, assembly, data], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    return shape.parse(await answerOf(child));
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** What it sends before it ends. */
function answerOf(child: ChildProcess): Promise<unknown> {
  let answer: unknown;
  let complaint = '';
  child.on('message', (message) => {
    answer = message;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    complaint += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0 && answer !== undefined) resolve(answer);
      else reject(new Error(`The stack's process ended with ${code}: ${complaint.trim()}`));
    });
  });
}

function figuresOf({ ratio }: Accepting, { accepted, ended }: Crowd): readonly Figure[] {
  const seconds = (milliseconds: readonly number[]) => (milliseconds.at(-1) ?? 0) / 1000;
  return [
    {
      name: 'accepted',
      what: "jobs accepted a second, against the engine's own rate of the same transactions",
      kind: 'ratio',
      unit: '×',
      ...ratio,
      wanted: { atLeast: 0.8 },
    },
    {
      name: 'crowd-accepted',
      what: `until all of ${JOBS.toLocaleString('en')} jobs were accepted, while they began to run`,
      kind: 'time',
      unit: 's',
      value: seconds(accepted),
    },
    {
      name: 'crowd-ended',
      what: 'until the last of them had ended',
      kind: 'time',
      unit: 's',
      value: seconds(ended),
    },
  ];
}

function acceptingTable({ accepted, bare }: Accepting): Table {
  return {
    title: `Accepted jobs and bare transactions, ${CALLERS} at once`,
    columns: ['what', 'a second', "ms of the callers' process each"],
    rows: [
      ['jobs accepted', Math.round(accepted.perSecond), accepted.cpu.toFixed(2)],
      ['the same transactions, bare', Math.round(bare.perSecond), bare.cpu.toFixed(2)],
    ],
  };
}

/** So many points of each line are drawn. */
const POINTS = 100;

function crowdPlot({ accepted, ended }: Crowd): Plot {
  const line = (milliseconds: readonly number[]) =>
    Array.from({ length: POINTS + 1 }, (_, n): [number, number] => {
      const place = Math.round((n / POINTS) * milliseconds.length);
      return [place === 0 ? 0 : (milliseconds[place - 1] ?? 0) / 1000, place];
    });
  return {
    name: 'crowd',
    title: `${JOBS.toLocaleString('en')} jobs over ${BUDGETS.toLocaleString('en')} budgets at once`,
    x: { label: 'seconds', scale: 'linear' },
    y: { label: 'jobs', scale: 'linear' },
    series: [
      { name: 'accepted', points: line(accepted) },
      { name: 'ended', points: line(ended) },
    ],
  };
}
