import { startBudgetServer } from '../budget/server.ts';
import { type Pair, paired, timed } from '../report/ratio.ts';
import type { Bench, Figure, Table } from '../report/report.ts';
import { type Household, household } from './household.ts';
import { type Wire, wireTo } from './wire.ts';

/** The step that syncs, against a download of the whole budget: what the server's silence saves. */

const NEW_TRANSACTIONS = 100;

interface Measured extends Pair {
  readonly bytes: number;
  readonly calls: number;
  readonly bytesInFull: number;
  readonly callsInFull: number;
}

export const benchSync: Bench = async (progress) => {
  // The library neither saves nor syncs when it believes to be under test.
  process.env.NODE_ENV = 'production';
  progress('starting an Actual server with 20,000 transactions');
  const server = await startBudgetServer();
  const wire = await wireTo(server.url);
  try {
    const home = household(server, wire.url);
    await home.sync();
    home.pin();
    progress('nothing new: the server is asked');
    const asked = await against(wire, home, () => home.sync());
    progress('nothing new: the budget is opened');
    const opened = await against(wire, home, () => home.syncByOpening());
    progress('a download by the library alone');
    const alone = await against(wire, home, () => home.downloadAlone());
    progress(`${NEW_TRANSACTIONS} new transactions`);
    await server.add(NEW_TRANSACTIONS);
    const newer = await against(wire, home, () => home.sync());
    return {
      name: 'sync',
      title: 'Sync',
      text: TEXT,
      figures: figures(asked, opened, newer),
      tables: [table({ asked, opened, alone, newer })],
      plots: [],
    };
  } finally {
    await wire.close();
    await server.close();
  }
};

/** The subject in turns with the same step by a download of the whole budget. */
async function against(
  wire: Wire,
  home: Household,
  subject: () => Promise<void>,
): Promise<Measured> {
  const inFull = () => home.sync({ type: 'budget_sync', fullResync: true });
  const counted = async (work: () => Promise<void>) => {
    wire.begin();
    await work();
    return wire.counted();
  };
  const full = await counted(inFull);
  const once = await counted(subject);
  const pair = await paired({ subject: () => timed(subject), floor: () => timed(inFull) });
  return {
    ...pair,
    bytes: once.bytesFromServer,
    calls: once.calls,
    bytesInFull: full.bytesFromServer,
    callsInFull: full.calls,
  };
}

const percentOf = ({ bytes, bytesInFull }: Measured) => (100 * bytes) / bytesInFull;

function figures(asked: Measured, opened: Measured, newer: Measured): Figure[] {
  return [
    {
      name: 'nothing-new',
      what: 'a sync with nothing new, against one by a full download',
      kind: 'ratio',
      unit: '×',
      ...asked.ratio,
      wanted: { atMost: 0.3 },
    },
    {
      name: 'nothing-new-bytes',
      what: 'bytes from the server with nothing new, of those of a full download',
      kind: 'counted',
      unit: '%',
      value: percentOf(asked),
      wanted: { atMost: 5 },
    },
    {
      name: 'nothing-new-opened',
      what: 'the same sync if it opened its snapshot to find that out, against a full download',
      kind: 'ratio',
      unit: '×',
      ...opened.ratio,
      wanted: { atMost: 0.9 },
    },
    {
      name: 'nothing-new-opened-bytes',
      what: 'bytes from the server if it opened its snapshot, of those of a full download',
      kind: 'counted',
      unit: '%',
      value: percentOf(opened),
      wanted: { atMost: 5 },
    },
    {
      name: 'new-transactions',
      what: `a sync with ${NEW_TRANSACTIONS} new transactions, against one by a full download`,
      kind: 'ratio',
      unit: '×',
      ...newer.ratio,
      wanted: { atMost: 1 },
    },
    {
      name: 'new-transactions-bytes',
      what: `bytes from the server with ${NEW_TRANSACTIONS} new transactions, of those of a full download`,
      kind: 'counted',
      unit: '%',
      value: percentOf(newer),
      wanted: { atMost: 100 },
    },
  ];
}

function table({
  asked,
  opened,
  alone,
  newer,
}: Readonly<Record<'asked' | 'opened' | 'alone' | 'newer', Measured>>): Table {
  const row = (what: string, { subject, ratio, bytes, calls }: Measured) => [
    what,
    Math.round(subject),
    Number(ratio.value.toFixed(2)),
    Math.round(bytes / 1000),
    calls,
  ];
  return {
    title: 'What was gained by what',
    columns: ['way', 'ms', '× of a full download', 'kB from the server', 'calls of it'],
    rows: [
      [
        'full download, opened, read, stored',
        Math.round(asked.floor),
        1,
        Math.round(asked.bytesInFull / 1000),
        asked.callsInFull,
      ],
      row("of which Actual's library by itself, without reading or storing", alone),
      row('opened from the snapshot: only what changed is fetched, which is nothing', opened),
      row('not opened: the server has said that there is nothing', asked),
      row(`opened from the snapshot, with ${NEW_TRANSACTIONS} new transactions to fetch`, newer),
    ],
    note: 'The snapshot has the cells that the library computed for the budget’s pages; after a download it computes all of them. Not opening the budget saves the rest.',
  };
}

const TEXT = [
  'The work of the step `sync` on a budget of 20,000 transactions, from a real Actual server on the same machine, whose budget was reset before, as Actual advises. Bytes are counted on the wire, headers and all; the snapshots lie in memory.',
  'It is measured against the same step without a snapshot: download the whole budget, open it, read the extract, store both. That is what a service without snapshots does each time. With nothing new the server is asked in one call and the budget is left shut.',
];
