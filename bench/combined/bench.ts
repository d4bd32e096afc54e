import { median, type Pair, paired } from '../report/ratio.ts';
import type { Bench, Figure, Report, Table } from '../report/report.ts';
import { type Household, type JobRun, openHousehold } from './household.ts';
import { onPaper } from './on-paper.ts';
import { phasesOf } from './phases.ts';
import { secondStarts } from './second-start.ts';

/** A whole `sync_and_suggest` against the same work in one bare process. */

const NEW_TRANSACTIONS = 100;
const WANTED_RATIO = 1.35;
const WANTED_START_SECONDS = 15;

interface Measured {
  readonly pair: Pair;
  readonly runs: readonly JobRun[];
}

export const benchCombined: Bench = async (progress) => {
  const household = await openHousehold();
  let nothingNew: Measured;
  let someNew: Measured;
  try {
    progress('a first job, which downloads the whole budget and proposes for all of it');
    await household.job();
    progress('jobs with nothing new, and their floor, in turns');
    nothingNew = await measured(household, 0);
    progress(`jobs with ${NEW_TRANSACTIONS} new transactions, and their floor, in turns`);
    someNew = await measured(household, NEW_TRANSACTIONS);
  } finally {
    await household.close();
  }
  progress('starts of `npm start` on a data folder that is there');
  const starts = await secondStarts();
  return report(nothingNew, someNew, {
    name: 'second-start',
    what: 'second `npm start -- --once`, from the command to its end',
    kind: 'time',
    unit: 's',
    ...starts,
    wanted: { atMost: WANTED_START_SECONDS },
  });
};

/** Both begin from the same snapshot, and find the same on the server. */
async function measured(household: Household, transactions: number): Promise<Measured> {
  const runs: JobRun[] = [];
  let asked = 0;
  /** Once for each two of them. */
  const begun = async () => {
    if (asked % 2 === 0) {
      if (transactions > 0) await household.comeIn(transactions);
      await household.keepSnapshot();
    }
    asked += 1;
  };
  const pair = await paired({
    async subject() {
      await begun();
      const run = await household.job();
      const found = run.counts.newTransactions;
      if (found !== transactions) throw new Error(`The job found ${found} new transactions`);
      runs.push(run);
      return run.milliseconds;
    },
    async floor() {
      await begun();
      return (await household.bare()).milliseconds;
    },
  });
  // The first one warmed up.
  return { pair, runs: runs.slice(1) };
}

function report(nothingNew: Measured, someNew: Measured, start: Figure): Report {
  return {
    name: 'combined',
    title: 'A whole job',
    text: [
      'A `sync_and_suggest` on a budget of 20,000 transactions, 2,000 of them without a category, on the local stack with a ' +
        'real Actual server: from the call that creates it to the answer of the call that waits for its end, with every ' +
        'function warm. Once with nothing new on the server, and once with 100 transactions that came in on another device since ' +
        'the job before, as from a bank: at payees that are known, without a category.',
      'The floor is the same work in one bare process that stays: the product’s own code restores the same snapshot, syncs it with ' +
        'the same server, packs it, reads the extract and proposes. It has no API, table, stream, state machine or bucket, no ' +
        'other processes, knows no suggestions of before, and stores nothing.',
    ],
    figures: [
      ...figuresOf('nothing-new', 'with nothing new', nothingNew),
      ...figuresOf('new', `with ${NEW_TRANSACTIONS} new transactions`, someNew),
      start,
    ],
    tables: [phaseTable(nothingNew.runs, someNew.runs), onPaper()],
    plots: [],
  };
}

function figuresOf(name: string, what: string, { pair }: Measured): readonly Figure[] {
  return [
    {
      name: `${name}-ratio`,
      what: `a job ${what}, against its floor`,
      kind: 'ratio',
      unit: '×',
      ...pair.ratio,
      wanted: { atMost: WANTED_RATIO },
    },
    { name: `${name}-job`, what: `a job ${what}`, kind: 'time', unit: 'ms', value: pair.subject },
    { name: `${name}-floor`, what: 'its floor', kind: 'time', unit: 'ms', value: pair.floor },
  ];
}

function phaseTable(nothingNew: readonly JobRun[], someNew: readonly JobRun[]): Table {
  const [still, moving] = [nothingNew, someNew].map((runs) =>
    runs.map(({ moments }) => phasesOf(moments)),
  );
  const medianOf = (runs: typeof still, row: number) =>
    Math.round(median((runs ?? []).map((phases) => phases[row]?.milliseconds ?? 0)));
  const phases = still?.[0] ?? [];
  return {
    title: 'Where the time goes, in ms',
    columns: ['', 'phase', 'nothing new', `${NEW_TRANSACTIONS} new`],
    rows: phases.map(({ of, phase }, row) => [
      of,
      phase,
      medianOf(still, row),
      medianOf(moving, row),
    ]),
    note:
      'Medians of each phase, told from outside by when functions begin, are done and call services, and when the Actual ' +
      'server is asked and answers. A phase ends where the next one begins.',
  };
}
