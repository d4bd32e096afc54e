import { writeFile } from 'node:fs/promises';
import { LONGEST_SHORTLIST } from '../../functions/suggest/history/shortlist.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';
import { optionsOf } from '../../test/run/options.ts';
import { Day, type Purchase, readPurchases } from '../purchases.ts';
import { randomFrom } from '../random.ts';
import { type Example, examplesOf } from './examples.ts';
import { type Lesson, Network } from './network.ts';

const USAGE =
  'npm run bench -- train-ranker --data FILE.csv[.gz] --before YYYY-MM-DD [--out FILE.json]';
const OUT = new URL('../../functions/suggest/history/ranker-weights.json', import.meta.url);

const EPOCHS = 8;
const BATCH = 128;
const RATE = 2e-3;
/** Rankers fitted first: the last one learns this share from what they expect on average, the rest from what was right. */
const TEACHERS = 4;
const TAUGHT = 0.7;
/** Rows of so many months are only learnt from: with less of a past there is nothing to rank by. */
const MONTHS_WITHOUT_EXAMPLES = 6;
/** The shares of rows that give an example: most jobs that matter find a few days or weeks undecided. */
const SHARE = { monthly: 1, daily: 0.5, household: 0.6 } as const;
/** Budgets of a few accounts, cut out of the large one: a household has no thousand cards. */
const HOUSEHOLDS = { count: 150, accounts: 4 } as const;
/** Of these households, how many always choose the same for a payee, until they change their mind. */
const CONSISTENT = 0.7;
const CHANGES_MIND = 0.3;

const MONTH = 'YYYY-MM'.length;
const DAY = 'YYYY-MM-DD'.length;

/**
 * Finds the ranker's weights: plays the purchases before a date as jobs would meet them, as one large budget and as many
 * small ones, and fits the network to what people chose.
 *
 * @throws RangeError when the arguments or the file make no sense.
 */
export async function trainRanker(args: readonly string[]): Promise<void> {
  const { values } = optionsOf(USAGE, {
    args: [...args],
    options: {
      data: { type: 'string' },
      before: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { data, before, out } = values;
  if (data === undefined || before === undefined) throw new RangeError(USAGE);
  if (!Day.safeParse(before).success) throw new RangeError(`${before} is no day: ${USAGE}`);
  const random = randomFrom(20_190_701);
  const purchases = (await readPurchases(data)).filter(({ date }) => date < before);
  const examples = [...examplesFrom(purchases, random)];
  console.log(`${examples.length} examples of ${SIGNALS} signals a category`);
  if (examples.length < BATCH) {
    throw new RangeError(`Too few to learn from: a step takes ${BATCH}; give more purchases`);
  }
  const chosen = examples.map((example) => {
    const wanted = new Float32Array(example.count);
    wanted[example.right] = 1;
    return { example, wanted };
  });
  const teachers = Array.from({ length: TEACHERS }, () => fitted(chosen, random));
  const network = fitted(taughtBy(teachers, chosen), random);
  await writeFile(out ?? OUT, `${JSON.stringify(network.written())}\n`);
}

function fitted(lessons: readonly Lesson[], random: () => number): Network {
  const network = new Network({ signals: SIGNALS, shortlist: LONGEST_SHORTLIST }, random);
  const shuffled = [...lessons];
  const steps = EPOCHS * Math.floor(shuffled.length / BATCH);
  let step = 0;
  let loss = 0;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    shuffle(shuffled, random);
    loss = 0;
    for (let start = 0; start + BATCH <= shuffled.length; start += BATCH) {
      const rate = (RATE * (1 + Math.cos((Math.PI * step++) / steps))) / 2;
      loss += network.step(shuffled.slice(start, start + BATCH), rate);
    }
  }
  console.log(`fitted to a loss of ${((loss * EPOCHS) / steps).toFixed(4)}`);
  return network;
}

/** The same lessons, softened by what the teachers expect on average. */
function taughtBy(teachers: readonly Network[], lessons: readonly Lesson[]): readonly Lesson[] {
  const chances = new Float64Array(LONGEST_SHORTLIST);
  return lessons.map(({ example, wanted }) => {
    const softened = wanted.map((share) => (1 - TAUGHT) * share);
    for (const teacher of teachers) {
      teacher.chances(example, chances);
      for (let one = 0; one < example.count; one++) {
        softened[one] = (softened[one] ?? 0) + (TAUGHT / teachers.length) * (chances[one] ?? 0);
      }
    }
    return { example, wanted: softened };
  });
}

function examplesFrom(purchases: readonly Purchase[], random: () => number): readonly Example[] {
  const [first] = purchases;
  if (first === undefined) throw new RangeError('There is no purchase before that date');
  const from = monthsAfter(first.date, MONTHS_WITHOUT_EXAMPLES);
  const whole = (periodLength: number, share: number) =>
    examplesOf(purchases, { periodLength, from, share, random });
  return [
    ...whole(MONTH, SHARE.monthly),
    ...whole(DAY, SHARE.daily),
    ...householdsOf(purchases, random).flatMap((household) =>
      examplesOf(household, { periodLength: MONTH, from: '', share: SHARE.household, random }),
    ),
  ];
}

/** Small budgets: a few accounts each, drawn at random. */
function householdsOf(
  purchases: readonly Purchase[],
  random: () => number,
): readonly (readonly Purchase[])[] {
  const accounts = [...new Set(purchases.map(({ row }) => row.account))];
  return Array.from({ length: HOUSEHOLDS.count }, () => {
    const own = new Set(
      Array.from(
        { length: 1 + Math.floor(random() * HOUSEHOLDS.accounts) },
        () => accounts[Math.floor(random() * accounts.length)] ?? '',
      ),
    );
    const household = purchases.filter(({ row }) => own.has(row.account));
    return random() < CONSISTENT ? consistent(household, random) : household;
  });
}

/** The same purchases by somebody who has one category for each payee, or one and later another. */
function consistent(household: readonly Purchase[], random: () => number): readonly Purchase[] {
  const choices = new Map<string, { first: string; second: string; from: number }>();
  return household.map((purchase, index) => {
    const other = household[Math.floor(random() * household.length)] ?? purchase;
    const choice = choices.get(purchase.row.payee) ?? {
      first: purchase.category,
      second: other.category,
      from:
        random() < CHANGES_MIND
          ? index + random() * (household.length - index)
          : Number.POSITIVE_INFINITY,
    };
    choices.set(purchase.row.payee, choice);
    return { ...purchase, category: index < choice.from ? choice.first : choice.second };
  });
}

function monthsAfter(date: string, months: number): string {
  const day = new Date(date);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.toISOString().slice(0, DAY);
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [list[index], list[other]];
    if (a === undefined || b === undefined) continue;
    list[index] = b;
    list[other] = a;
  }
}
