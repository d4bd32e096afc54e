import { JOB_TYPES } from '../../functions/domain/job.ts';
import { measureOneOfEach } from '../../test/e2e/one-of-each.ts';
import makeRunFolder from '../../test/run/folder.ts';
import { median } from '../report/ratio.ts';
import type { Bench, Report } from '../report/report.ts';
import { type Kept, quantitiesAtRest } from './at-rest.ts';
import { figuresOf } from './figures.ts';
import { sizeOf } from './item-size.ts';
import { quantitiesOf, quantitiesOfLone } from './job-costs.ts';
import { Laboratory, type MeasuredJob } from './measuring.ts';
import { LOOKED_UP, type Quantities, REGION } from './prices.ts';
import {
  atRestTable,
  combinedTable,
  dollarsTable,
  monthPlot,
  type PricedJob,
  quantitiesTable,
} from './tables.ts';
import { tableByPurpose, tableByTransaction, tableByType } from './write-table.ts';

/** What each type of job costs when nothing is new, and the stack at rest, by list prices. */

const COMBINED = 'sync_and_suggest';
const RUNS = 9;
const RUNS_ALONE = 5;
/** For each item. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const STORAGE_OVERHEAD_BYTES = 100;
/** A job's own item lies in three listings too. */
const COPIES_OF_A_JOB = 4;
const JOBS = 1000;

export const benchCosts: Bench = async (progress) => {
  const removeRunFolder = await makeRunFolder();
  const laboratory = new Laboratory();
  try {
    return await report(laboratory, progress);
  } finally {
    await laboratory.close();
    await removeRunFolder();
  }
};

async function report(laboratory: Laboratory, progress: (line: string) => void): Promise<Report> {
  const { ofTypes } = await measureOneOfEach(await laboratory.open(), laboratory, progress);
  const jobs = JOB_TYPES.map((type): PricedJob => {
    const measured = ofTypes.get(type);
    if (measured === undefined) throw new Error(`${type} was not measured`);
    const byCaller = type !== 'scheduled_sync_and_suggest';
    return { type, soon: quantitiesOf({ ...measured, byCaller }) };
  });

  const charges = new Map(
    [...ofTypes].map(([type, { transactions }]) => [type, transactions.flat()]),
  );
  progress('combined jobs, one after the other');
  const soon = await several(RUNS, () => laboratory.measure(COMBINED));
  progress('combined jobs, each alone');
  const alone = await several(RUNS_ALONE, () => laboratory.measureAlone(COMBINED));
  const combined: PricedJob = {
    type: COMBINED,
    soon: middle(soon, quantitiesOf),
    alone: middle(alone, quantitiesOfLone),
  };

  progress('a sweep');
  const month = quantitiesAtRest(
    laboratory.product.stack.stack,
    await laboratory.sweep(),
    await keptAfter(laboratory),
  );

  return {
    name: 'costs',
    title: 'What it costs',
    text: [
      'The product runs on this machine as it is synthesized, with a real Actual server and a budget of 34 transactions of which 21 have suggestions, and a job of each type is run when nothing is new. Units of the table, calls and invocations are read off its logs; they are what AWS would count too.',
      `What a function is billed for is measured here and carried over to Lambda: its processor time by the share of a processor that its memory has there (1,769 MB have one, of this machine's speed), the time that it waits here for the Actual server, and for each call of a service what that takes on AWS, by what is published or a guess on the high side (bench/costs/paper.ts). State transitions are the states that an execution enters, its start and its end: the most that the [pricing page](https://aws.amazon.com/step-functions/pricing/) can be read to say.`,
      `Prices are AWS's list prices for ${REGION} as looked up on ${LOOKED_UP}; [bench/costs/prices.json](../bench/costs/prices.json) says where each stands and where it was seen. Nothing is taken off for what an account has free, but in a column that says so.`,
    ],
    figures: figuresOf(combined, { soon, alone }, month),
    tables: [
      quantitiesTable(jobs),
      dollarsTable(jobs),
      combinedTable(combined),
      tableByType(charges),
      tableByPurpose([...charges.values()].flat()),
      tableByTransaction(ofTypes.get(COMBINED)?.transactions ?? []),
      atRestTable(month),
    ],
    plots: [monthPlot(combined, month)],
  };
}

async function several(
  runs: number,
  measure: () => Promise<MeasuredJob>,
): Promise<readonly MeasuredJob[]> {
  const jobs: MeasuredJob[] = [];
  while (jobs.length < runs) jobs.push(await measure());
  return jobs;
}

/** The quantities of the middle run: counts are the median ones, and so is the functions' time. */
function middle(jobs: readonly MeasuredJob[], toQuantities: typeof quantitiesOf): Quantities {
  const gbSeconds = median(jobs.map((job) => job.gbSeconds));
  const byInvocations = jobs.toSorted(
    (one, other) => one.usage.invocations - other.usage.invocations,
  );
  const usage = byInvocations[Math.floor(jobs.length / 2)]?.usage;
  if (usage === undefined) throw new RangeError('Nothing was measured');
  return toQuantities({ usage, gbSeconds, byCaller: true });
}

/** What 1,000 combined jobs leave in the table, and one budget in the bucket. */
async function keptAfter(laboratory: Laboratory): Promise<Kept> {
  const before = await laboratory.items();
  await laboratory.measure(COMBINED);
  const stored = new Set(before.map(({ PK, SK }) => `${PK?.S} ${SK?.S}`));
  const left = (await laboratory.items()).filter(({ PK, SK }) => !stored.has(`${PK?.S} ${SK?.S}`));
  const bytes = left.map((item) => {
    const copies = item.budgetKey === undefined ? 1 : COPIES_OF_A_JOB;
    return copies * (sizeOf(item) + STORAGE_OVERHEAD_BYTES);
  });
  const table = JOBS * bytes.reduce((sum, size) => sum + size, 0);
  return { table, bucket: await laboratory.bucketBytes() };
}
