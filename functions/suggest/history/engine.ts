import { type BudgetExtract, TRANSACTION_FLAG } from '../../domain/extract.ts';
import { type TransactionId, transactionId } from '../../domain/ids.ts';
import type { CategoryProposal, Proposal } from '../../domain/suggestion.ts';
import { shortened } from '../../domain/text.ts';
import { candidatesOf } from '../candidates.ts';
import type { Decision, ProposalRequest, Proposals, SuggestionEngine } from '../engine.ts';
import { type AskedByText, chosenFor } from './choosing.ts';
import { Directions } from './doubt.ts';
import { type Decided, LatestDecisions } from './follow.ts';
import { Learner } from './learner.ts';
import { Past } from './past.ts';
import { KnownPayees } from './payee-name.ts';
import { PayeeRows } from './payee-rows.ts';
import { reasonFor } from './reason.ts';
import { Rejections } from './rejections.ts';
import { dayOf, type Row } from './row.ts';
import { TextPayees } from './text-payees.ts';

/** A decision made just now says as much as so many rows of the past. */
const DECISION_WEIGHT = 3;

/** Proposes what was chosen for such transactions before: pure, without keys and network. */
export const historyEngine: SuggestionEngine = {
  propose({ extract, decisions }: ProposalRequest): Proposals {
    const { open, past, moved } = candidatesOf(extract);
    const approved = approvalsAmong(decisions);
    const visible = new Map(
      extract.categories.filter((one) => !one.hidden).map((one) => [one.id, one]),
    );
    const decided = decidedLessons(extract, open, approved).filter(({ category }) =>
      visible.has(category),
    );
    const isIncome = (category: string) => visible.get(category)?.income === true;
    const texts = new TextPayees(
      () => Array.from(pastLessons(extract, past), ({ row }) => row),
      moved.map((index) => looked(extract.transactions.importedPayee[index])),
    );
    const knowledge = learnt([...visible.keys()], extract, past, { decided, texts });
    const rows = new PayeeRows(() => [...pastLessons(extract, past), ...knowledge.lessons]);
    const lookedAt = (index: number) => asMeant(rowAt(extract, index), knowledge.counted, texts);
    const rejections = new Rejections(knowledge.counted, rows);
    for (const [index, category] of rejectedAmong(extract, open, decisions)) {
      rejections.add(idAt(extract, index), lookedAt(index).row, category);
    }
    const payees = new KnownPayees(
      extract.payees.filter((payee) => payee.transferAccountId === null).map(({ name }) => name),
    );

    const undecided = open.filter((index) => !approved.has(idAt(extract, index)));
    const asked = undecided.map((index): AskedByText => {
      const looked = lookedAt(index);
      return { ...looked, ...rejections.against(idAt(extract, index), looked.row) };
    });
    const rankings = knowledge.learner.propose(asked);

    const known = { ...knowledge, rows, isIncome };
    const proposals: Proposal[] = [];
    const guessed: TransactionId[] = [];
    const transfers: TransactionId[] = [];
    for (const [place, index] of undecided.entries()) {
      const [one, ranking] = [asked[place], rankings[place]];
      if (!one || !ranking) continue;
      const { row } = one;
      const id = idAt(extract, index);
      if (one.byText && row.payee === '') {
        transfers.push(id);
        continue;
      }
      const chosen = chosenFor(one, ranking, known);
      const [first, ...others] = chosen.categories.map(
        ({ category, confidence }): CategoryProposal => ({
          categoryId: category,
          categoryName: visible.get(category)?.name ?? '',
          confidence,
        }),
      );
      if (!first) continue;
      if (chosen.isGuess) guessed.push(id);
      const payeeName = payeeNameFor(extract, index, payees, texts);
      proposals.push({
        transactionId: id,
        categories: [first, ...others],
        reason: reasonFor(
          knowledge.counted,
          row,
          first.categoryId,
          { category: first.categoryName, account: accountName(extract, index) },
          {
            approvedLast: knowledge.latest.of(row.payee) === first.categoryId,
            rowsOf: (payee) => rows.of(payee),
            byText: one.byText === true,
            doubt: chosen.doubt,
          },
        ),
        ...(payeeName === undefined ? {} : { payeeName }),
      });
    }
    return {
      candidates: open.map((index) => idAt(extract, index)),
      proposals,
      guessed,
      transfers,
    };
  },
};

interface Lesson {
  readonly row: Row;
  readonly category: string;
}

interface Knowledge {
  readonly learner: Learner;
  readonly counted: Past;
  readonly latest: LatestDecisions;
  readonly directions: Directions;
  /** What was decided, of the payees that it counts for. */
  readonly lessons: readonly Lesson[];
}

/** @param past indexes of past transactions, oldest first; all of them are of visible categories. */
function learnt(
  categories: readonly string[],
  extract: BudgetExtract,
  past: readonly number[],
  told: { readonly decided: readonly (Lesson & Decided)[]; readonly texts: TextPayees },
): Knowledge {
  const learner = new Learner(past.length + told.decided.length * DECISION_WEIGHT, categories);
  const counted = new Past();
  const latest = new LatestDecisions();
  const directions = new Directions();
  const teach = ({ row, category }: Lesson) => {
    learner.learn(row, category);
    counted.add(row.payee, row.account, category);
    directions.add(row, category);
  };
  for (const lesson of pastLessons(extract, past)) teach(lesson);
  const lessons = told.decided.map(({ row, ...lesson }) => ({
    ...lesson,
    row: asMeant(row, counted, told.texts).row,
  }));
  for (const { row, category, verdict } of lessons) {
    latest.add(row.payee, { category, verdict }, counted.ofPayee(row.payee));
  }
  for (const lesson of lessons) teach(lesson);
  // One after the other each time: the last of two that disagree would seem to be a new habit.
  for (let time = 1; time < DECISION_WEIGHT; time++) {
    for (const { row, category } of lessons) learner.learnAgain(row, category);
  }
  return { learner, counted, latest, directions, lessons };
}

function idAt({ transactions }: BudgetExtract, index: number): TransactionId {
  return transactionId(transactions.id[index] ?? '');
}

/** A row of the payee that its text came with, where its own was never seen, or of none where that text came with transfers. */
function asMeant(row: Row, counted: Past, texts: TextPayees): Pick<AskedByText, 'row' | 'byText'> {
  const payee = texts.meantBy(row, counted.ofPayee(row.payee) !== undefined);
  return payee === undefined ? { row } : { row: { ...row, payee }, byText: true };
}

/** What past transactions teach, oldest first. */
function* pastLessons(extract: BudgetExtract, past: readonly number[]): Iterable<Lesson> {
  for (const index of past) {
    const category = extract.categories[extract.transactions.category[index] ?? -1]?.id ?? '';
    yield { row: rowAt(extract, index), category };
  }
}

/** What open transactions teach whose category was approved. */
function decidedLessons(
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
function rejectedAmong(
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
function approvalsAmong(decisions: readonly Decision[]): ReadonlyMap<string, Decided> {
  const approvals = new Map<string, Decided>();
  for (const { transactionId: id, verdict, categoryId: category } of decisions) {
    if (verdict !== 'rejected') approvals.set(id, { category, verdict });
  }
  return approvals;
}

function rowAt({ accounts, payees, transactions }: BudgetExtract, index: number): Row {
  const payeeName = looked(payees[transactions.payee[index] ?? -1]?.name);
  const text = looked(transactions.importedPayee[index]);
  return {
    day: dayOf(transactions.date[index] ?? 0),
    account: accounts[transactions.account[index] ?? -1]?.id ?? '',
    payee: payeeName === '' ? text : payeeName,
    text: text === '' ? payeeName : text,
    notes: looked(transactions.notes[index]),
    amount: transactions.amount[index] ?? 0,
  };
}

/** What is looked at of a text: taking apart ten times as much takes a hundred times as long. */
const LONGEST_TEXT = 500;

function looked(text = ''): string {
  return shortened(text, LONGEST_TEXT);
}

/** For a text that is not a payee yet; a reconciled transaction keeps the payee it was reconciled with. */
function payeeNameFor(
  extract: BudgetExtract,
  index: number,
  known: KnownPayees,
  texts: TextPayees,
): string | undefined {
  const { transactions, payees } = extract;
  const flags = transactions.flags[index] ?? 0;
  const hasPayee = (payees[transactions.payee[index] ?? -1]?.name ?? '') !== '';
  if (hasPayee || (flags & TRANSACTION_FLAG.reconciled) !== 0) return undefined;
  const meant = texts.meantBy(rowAt(extract, index));
  if (meant !== undefined && known.isName(meant)) return meant;
  return known.meantBy(looked(transactions.importedPayee[index]));
}

function accountName({ accounts, transactions }: BudgetExtract, index: number): string {
  return accounts[transactions.account[index] ?? -1]?.name ?? '';
}
