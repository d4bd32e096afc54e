import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_TYPES, type JobType } from '../../functions/domain/job.ts';
import { COSTS_PAGE, rowsOf } from '../docs/markdown.ts';
import { MeasuredHousehold, type Measurements, measureOneOfEach } from './one-of-each.ts';
import type { DetailedUsage, Usage } from './usage.ts';

/** What a job of each type asks of AWS, and whether the page about it says so. */

let household: MeasuredHousehold;
let measurements: Measurements<DetailedUsage>;

beforeAll(async () => {
  household = await MeasuredHousehold.open();
  measurements = await measureOneOfEach(household, household);
});

afterAll(() => household?.close());

/** Columns of the page that hold for every run of such a job. */
const certain = ({ stateTransitions, bucketCalls, secretCalls }: Usage) => [
  ...[stateTransitions, bucketCalls, secretCalls],
];
/** Those that further looks at the budget add to. */
const least = ({ tableCalls, readUnits }: Usage) => [tableCalls, readUnits];
const A_LOOK_MORE = 8;
/** The one that starts the job, and the one that finds nothing more to do. */
const LOOKS = 2;
/** Looks more than those, where the stream gives its records one by one. */
const looksMore = ({ byFunction }: DetailedUsage) =>
  [...byFunction].flatMap(([name, looks]) => (/Dispatch/.test(name) ? looks : [])).length - LOOKS;
/** An item is counted by whole kilobytes: the length of a payee's name may decide. */
const SIZES = 0.1;

describe('a job without anything new', () => {
  it.each(JOB_TYPES)('%s costs what the page says', (type) => {
    const usage = measuredFor(type);
    const said = documented(type);
    console.log(
      `| \`${type}\` | ${Object.keys(said)
        .map((name) => Object(usage)[name])
        .join(' | ')} |`,
    );
    expect(certain(usage)).toEqual(certain(said));
    expect(Math.abs(usage.writeUnits / said.writeUnits - 1)).toBeLessThan(SIZES);
    const more = looksMore(usage);
    expect(more).toBeGreaterThanOrEqual(0);
    expect(usage.invocations).toBe(said.invocations + more);
    for (const [index, number] of least(said).entries()) {
      expect(least(usage)[index]).toBeGreaterThanOrEqual(number);
      expect(least(usage)[index]).toBeLessThanOrEqual(number + (more > 0 ? A_LOOK_MORE : 0));
    }
  });

  it('costs at most 100 write units', () => {
    for (const { writeUnits } of measurements.ofTypes.values())
      expect(writeUnits).toBeLessThanOrEqual(100);
  });
});

describe('a suggestion', () => {
  /** Write units for each of `count` suggestions, above those of a job without any. */
  const each = (usage: Usage, without: number, count: number) =>
    (usage.writeUnits - without) / count;
  const said = (pattern: RegExp) => Number(pattern.exec(COSTS_PAGE)?.[1]);

  it('takes about as many write units more as the page says, to be written and to be applied', () => {
    const { proposing, proposed, applyingApproved, approved } = measurements;
    expect(proposed).toBeGreaterThan(20);
    const ofOne = measuredFor('suggestions_apply').writeUnits;
    const pending = each(measurements.applyingPending, ofOne, measurements.pending - 1);
    const measured = [
      each(proposing, measuredFor('suggestions_generate').writeUnits, proposed),
      each(applyingApproved, ofOne - pending, approved),
      pending,
    ];
    const onThePage = [
      said(/new or changed takes about (\d+)/),
      said(/applied takes about (\d+) more if it was\s+approved/),
      said(/and about (\d+) if it was pending/),
    ];
    console.log(`for each suggestion: ${measured.map((units) => units.toFixed(1)).join(', ')}`);
    for (const [index, units] of measured.entries()) {
      expect(Math.abs(units - (onThePage[index] ?? NaN))).toBeLessThan(2);
    }
  });
});

function measuredFor(type: JobType): DetailedUsage {
  const usage = measurements.ofTypes.get(type);
  if (usage === undefined) throw new Error(`${type} was not measured`);
  return usage;
}

function documented(type: JobType): Usage {
  const cells = rowsOf(COSTS_PAGE).get(`\`${type}\``) ?? [];
  const [
    invocations = NaN,
    stateTransitions = NaN,
    tableCalls = NaN,
    readUnits = NaN,
    writeUnits = NaN,
    bucketCalls = NaN,
    secretCalls = NaN,
  ] = cells.map(Number);
  return {
    ...{ invocations, stateTransitions, tableCalls, readUnits, writeUnits },
    ...{ bucketCalls, secretCalls },
  };
}
