import type { BudgetExtract } from '../../domain/extract.ts';
import { idAt } from '../candidates.ts';
import type { Decision } from '../engine.ts';
import type { AskedByText } from './choosing.ts';
import { Directions } from './doubt.ts';
import { type Decided, LatestDecisions } from './latest-decisions.ts';
import { Learner } from './learner.ts';
import { Past } from './past.ts';
import { type Row, rowAt } from './row.ts';
import type { TextPayees } from './text-payees.ts';

/** What a budget's past teaches, and what was decided since. */

/** A decision made just now says as much as so many rows of the past. */
const DECISION_WEIGHT = 3;

/** In about 5 ms. */
const LESSONS_AT_ONCE = 500;

export interface Lesson {
  readonly row: Row;
  readonly category: string;
}

interface Taught {
  readonly learner: Learner;
  readonly counted: Past;
  readonly directions: Directions;
}

export interface Knowledge extends Taught {
  readonly latest: LatestDecisions;
  /** What was decided, of the payees that it counts for. */
  readonly lessons: readonly Lesson[];
}

/**
 * What the past teaches alone: bit by bit while something else is under way, so that it goes on.
 *
 * @param past indexes of past transactions, oldest first; all of them are of visible categories.
 * @param meanwhile what is under way. @throws what it fails with, at once.
 */
export async function taughtByPast(
  categories: readonly string[],
  extract: BudgetExtract,
  past: readonly number[],
  meanwhile: unknown,
): Promise<Taught> {
  const taught: Taught = {
    learner: new Learner(past.length, categories),
    counted: new Past(),
    directions: new Directions(),
  };
  let lessons = 0;
  for (const lesson of pastLessons(extract, past)) {
    if (lessons % LESSONS_AT_ONCE === 0) await Promise.race([meanwhile, turn()]);
    teach(taught, lesson);
    lessons += 1;
  }
  return taught;
}

/** What has come in meanwhile is seen to. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function teach({ learner, counted, directions }: Taught, { row, category }: Lesson): void {
  learner.learn(row, category);
  counted.add(row.payee, row.account, category);
  directions.add(row, category);
}

/** What is known once it is taught what was decided, too. */
export function withDecided(
  taught: Taught,
  decided: readonly (Lesson & Decided)[],
  texts: TextPayees,
): Knowledge {
  const { learner, counted } = taught;
  const latest = new LatestDecisions();
  const lessons = decided.map(({ row, ...lesson }) => ({
    ...lesson,
    row: asMeant(row, counted, texts).row,
  }));
  for (const { row, category, verdict } of lessons) {
    latest.add(row.payee, { category, verdict }, counted.ofPayee(row.payee));
  }
  for (const lesson of lessons) teach(taught, lesson);
  // One after the other each time: the last of two that disagree would seem to be a new habit.
  for (let time = 1; time < DECISION_WEIGHT; time++) {
    for (const { row, category } of lessons) learner.learnAgain(row, category);
  }
  return { ...taught, latest, lessons };
}

/** A row of the payee that its text came with, where its own was never seen, or of none where that text came with transfers. */
export function asMeant(
  row: Row,
  counted: Past,
  texts: TextPayees,
): Pick<AskedByText, 'row' | 'byText'> {
  const payee = texts.meantBy(row, counted.ofPayee(row.payee) !== undefined);
  return payee === undefined ? { row } : { row: { ...row, payee }, byText: true };
}

/** What past transactions teach, oldest first. */
export function* pastLessons(extract: BudgetExtract, past: readonly number[]): Iterable<Lesson> {
  for (const index of past) {
    const category = extract.categories[extract.transactions.category[index] ?? -1]?.id ?? '';
    yield { row: rowAt(extract, index), category };
  }
}

/** What open transactions teach whose category was approved. */
export function decidedLessons(
  extract: BudgetExtract,
  open: readonly number[],
  approved: ReadonlyMap<string, Decided>,
): readonly (Lesson & Decided)[] {
  return open.flatMap((index) => {
    const decided = approved.get(idAt(extract, index));
    return decided === undefined ? [] : [{ row: rowAt(extract, index), ...decided }];
  });
}

/** Of transactions that are still open, the categories that were rejected for them. */
export function rejectedAmong(
  extract: BudgetExtract,
  open: readonly number[],
  decisions: readonly Decision[],
): readonly (readonly [index: number, category: string])[] {
  const places = new Map(open.map((index) => [idAt(extract, index), index]));
  return decisions.flatMap(({ verdict, transactionId: id, categoryId }) => {
    const index = places.get(id);
    return verdict !== 'rejected' || index === undefined ? [] : [[index, categoryId] as const];
  });
}

/** By transaction, the category that was approved for it, or put in the proposed one's place. */
export function approvalsAmong(decisions: readonly Decision[]): ReadonlyMap<string, Decided> {
  const approvals = new Map<string, Decided>();
  for (const { transactionId: id, verdict, categoryId: category } of decisions) {
    if (verdict !== 'rejected') approvals.set(id, { category, verdict });
  }
  return approvals;
}
