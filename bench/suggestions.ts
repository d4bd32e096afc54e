import { chosenFor } from '../functions/suggest/history/choosing.ts';
import { Directions } from '../functions/suggest/history/doubt.ts';
import { LatestDecisions } from '../functions/suggest/history/latest-decisions.ts';
import { Learner } from '../functions/suggest/history/learner.ts';
import { Past } from '../functions/suggest/history/past.ts';
import { PayeeRows } from '../functions/suggest/history/payee-rows.ts';
import { optionsOf } from '../test/run/options.ts';
import { Day, type Purchase, readPurchases } from './purchases.ts';
import { median } from './report/ratio.ts';
import { type Score, type Scored, scoredOf, scoreOf } from './score.ts';

const USAGE =
  'npm run bench -- suggestions --data FILE.csv[.gz] --from YYYY-MM-DD [--reveal month|day] [--json]';

/** How much of a date tells one period from the next. */
const PERIOD_LENGTH = { month: 'YYYY-MM'.length, day: 'YYYY-MM-DD'.length } as const;

/** The history is learnt anew several times, and the median told: the first one has Node compile the code as well. */
const FEWEST_TIMES = 3;
/** A short one is learnt until so many rows were timed; a handful so many times at most. */
const FEWEST_TIMED = 20_000;
const MOST_TIMES = 100;

interface Timing {
  /** Of 100,000 rows, the median; 0 where there was nothing to learn. */
  readonly learnSeconds: number;
  /** The first time of these. */
  readonly firstLearnSeconds: number;
  readonly microsecondsPerProposal: number;
}

/**
 * Takes all rows before a date as history, then goes period by period: proposes with what was known before it, scores,
 * reveals. Prints the score; with `--json` its last line is one document.
 *
 * @throws RangeError when the arguments or the file make no sense.
 */
export async function benchSuggestions(args: readonly string[]): Promise<void> {
  const { values } = optionsOf(USAGE, {
    args: [...args],
    options: {
      data: { type: 'string' },
      from: { type: 'string' },
      reveal: { type: 'string', default: 'month' },
      json: { type: 'boolean', default: false },
    },
  });
  const { data, from, reveal } = values;
  if (data === undefined || from === undefined) throw new RangeError(USAGE);
  if (!Day.safeParse(from).success) throw new RangeError(`${from} is no day: ${USAGE}`);
  if (reveal !== 'month' && reveal !== 'day') throw new RangeError(USAGE);
  const purchases = await readPurchases(data);
  const last = purchases.at(-1)?.date;
  if (last === undefined) throw new RangeError(`${data} has no purchases`);
  if (last < from) {
    throw new RangeError(
      `${data} has no purchase to score: the last one is of ${last}, before ${from}`,
    );
  }
  const { scored, timing } = play(purchases, from, PERIOD_LENGTH[reveal]);
  const score = scoreOf(scored);
  print(score, timing);
  if (values.json) console.log(JSON.stringify({ ...score, ...timing, reveal, from }));
}

/** Uses the learner of the job's engine, which learns on where a job would begin anew, and what it chooses of its rankings. */
function play(
  purchases: readonly Purchase[],
  from: string,
  periodLength: number,
): { readonly scored: readonly Scored[]; readonly timing: Timing } {
  const history = purchases.filter(({ date }) => date < from);
  const { learner, learnSeconds, firstLearnSeconds } = learnt(history);
  const counted = new Past();
  const directions = new Directions();
  const count = ({ row, category }: Purchase) => {
    counted.add(row.payee, row.account, category);
    directions.add(row, category);
  };
  for (const purchase of history) count(purchase);
  // Purchases have no words but their payees, no decisions that wait, and nothing of income.
  const beside = {
    counted,
    directions,
    latest: new LatestDecisions(),
    rows: new PayeeRows(() => []),
    isIncome: () => false,
  };

  const scored: Scored[] = [];
  let known = history.length;
  let proposing = 0;
  while (known < purchases.length) {
    const period = purchases[known]?.date.slice(0, periodLength);
    const past = known;
    const begun = performance.now();
    const rest = purchases.slice(past);
    const end = rest.findIndex(({ date }) => date.slice(0, periodLength) !== period);
    const rows = end === -1 ? rest : rest.slice(0, end);
    const rankings = learner.propose(rows);
    for (const [place, asked] of rows.entries()) {
      const ranking = rankings[place];
      if (ranking === undefined) throw new Error('A row was not ranked');
      const { categories: chosen } = chosenFor(asked, ranking, beside);
      scored.push(scoredOf(chosen, asked.category));
    }
    proposing += performance.now() - begun;
    for (const purchase of rows) {
      learner.learn(purchase.row, purchase.category);
      count(purchase);
    }
    known += rows.length;
  }
  return {
    scored,
    timing: {
      learnSeconds,
      firstLearnSeconds,
      microsecondsPerProposal: (proposing * 1000) / Math.max(1, scored.length),
    },
  };
}

/** Learns the history several times anew, and says how long 100,000 rows of it take. */
function learnt(history: readonly Purchase[]): {
  readonly learner: Learner;
  readonly learnSeconds: number;
  readonly firstLearnSeconds: number;
} {
  const categories = [...new Set(history.map(({ category }) => category))];
  const rows = Math.max(1, history.length);
  const wanted = Math.max(FEWEST_TIMES, Math.ceil(FEWEST_TIMED / rows));
  const seconds: number[] = [];
  const learnAnew = () => {
    const started = performance.now();
    const learner = new Learner(history.length, categories);
    for (const { row, category } of history) learner.learn(row, category);
    const each = (performance.now() - started) / 1000 / rows;
    seconds.push(history.length === 0 ? 0 : each * 100_000);
    return learner;
  };
  let learner = learnAnew();
  while (seconds.length < Math.min(MOST_TIMES, wanted)) learner = learnAnew();
  return { learner, learnSeconds: median(seconds), firstLearnSeconds: seconds[0] ?? 0 };
}

function print(score: Score, timing: Timing): void {
  console.log(`rows                    ${score.rows}`);
  console.log(`coverage                ${percent(score.coverage)}`);
  console.log(`top-1                   ${percent(score.top1)}`);
  console.log(`top-3                   ${percent(score.top3)}`);
  console.log(
    `confidence ≥ 0.9        ${percent(score.confident.precision)} right at ${percent(score.confident.coverage)} coverage`,
  );
  console.log(
    `learning 100,000 rows   ${timing.learnSeconds.toFixed(2)} s, the first time ${timing.firstLearnSeconds.toFixed(2)} s`,
  );
  console.log(`a proposal              ${timing.microsecondsPerProposal.toFixed(0)} µs`);
  console.log('confidence    rows  expected   right');
  for (const { from, rows, expected, right } of score.calibration) {
    console.log(
      `from ${from.toFixed(1)}  ${String(rows).padStart(7)}  ${percent(expected)}  ${percent(right)}`,
    );
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(8);
}
