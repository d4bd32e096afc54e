import {
  type BudgetExtract,
  type ExtractCategory,
  TRANSACTION_FLAG,
} from '../../domain/extract.ts';
import type { TransactionId } from '../../domain/ids.ts';
import type { CategoryProposal, Proposal } from '../../domain/suggestion.ts';
import { candidatesOf, idAt } from '../candidates.ts';
import type { Proposals, SuggestionEngine } from '../engine.ts';
import { type AskedByText, type Chosen, chosenFor, type Known } from './choosing.ts';
import {
  approvalsAmong,
  asMeant,
  decidedLessons,
  pastLessons,
  rejectedAmong,
  taughtByPast,
  withDecided,
} from './knowledge.ts';
import { KnownPayees } from './payee-name.ts';
import { PayeeRows } from './payee-rows.ts';
import { reasonFor } from './reason.ts';
import { Rejections } from './rejections.ts';
import { looked, rowAt } from './row.ts';
import { TextPayees } from './text-payees.ts';

/** Proposes what was chosen for such transactions before: pure, without keys and network. */
export const historyEngine: SuggestionEngine = {
  async propose(extract, request): Promise<Proposals> {
    const { open, past, moved } = candidatesOf(extract);
    const visible = new Map(
      extract.categories.filter((one) => !one.hidden).map((one) => [one.id, one]),
    );
    const taught = await taughtByPast([...visible.keys()], extract, past, request);

    const { decisions } = await request;
    const approved = approvalsAmong(decisions);
    const decided = decidedLessons(extract, open, approved).filter(({ category }) =>
      visible.has(category),
    );
    const isIncome = (category: string) => visible.get(category)?.income === true;
    const texts = new TextPayees(
      () => Array.from(pastLessons(extract, past), ({ row }) => row),
      moved.map((index) => looked(extract.transactions.importedPayee[index])),
    );
    const knowledge = withDecided(taught, decided, texts);
    const rows = new PayeeRows(() => [...pastLessons(extract, past), ...knowledge.lessons]);
    const lookedAt = (index: number) => asMeant(rowAt(extract, index), knowledge.counted, texts);

    const rejections = new Rejections(knowledge.counted, rows);
    for (const [index, category] of rejectedAmong(extract, open, decisions)) {
      rejections.add(idAt(extract, index), lookedAt(index).row, category);
    }

    const undecided = open.filter((index) => !approved.has(idAt(extract, index)));
    const asked = undecided.map((index): AskedByText => {
      const one = lookedAt(index);
      return { ...one, ...rejections.against(idAt(extract, index), one.row) };
    });
    const rankings = knowledge.learner.propose(asked);

    const payees = new KnownPayees(
      extract.payees.filter((payee) => payee.transferAccountId === null).map(({ name }) => name),
    );
    const known = { ...knowledge, extract, visible, isIncome, rows, texts, payees };
    const proposals: Proposal[] = [];
    const guessed: TransactionId[] = [];
    const transfers: TransactionId[] = [];
    for (const [place, index] of undecided.entries()) {
      const [one, ranking] = [asked[place], rankings[place]];
      if (!one || !ranking) continue;
      const id = idAt(extract, index);
      if (one.byText && one.row.payee === '') {
        transfers.push(id);
        continue;
      }
      const chosen = chosenFor(one, ranking, known);
      const proposal = proposalOf(index, one, chosen, known);
      if (proposal === undefined) continue;
      if (chosen.isGuess) guessed.push(id);
      proposals.push(proposal);
    }
    return {
      candidates: open.map((index) => idAt(extract, index)),
      proposals,
      guessed,
      transfers,
    };
  },
};

/** What there is to say of a proposal beside what was chosen. */
interface KnownOfBudget extends Known {
  readonly extract: BudgetExtract;
  /** By id, the categories that the budget shows. */
  readonly visible: ReadonlyMap<string, ExtractCategory>;
  readonly texts: TextPayees;
  readonly payees: KnownPayees;
}

/** What was chosen for the transaction at this place, in words; undefined where silence is better. */
function proposalOf(
  index: number,
  { row, byText }: AskedByText,
  chosen: Chosen,
  known: KnownOfBudget,
): Proposal | undefined {
  const { extract, visible, counted, latest, rows } = known;
  const [first, ...others] = chosen.categories.map(
    ({ category, confidence }): CategoryProposal => ({
      categoryId: category,
      categoryName: visible.get(category)?.name ?? '',
      confidence,
    }),
  );
  if (!first) return undefined;
  const payeeName = payeeNameFor(index, known);
  return {
    transactionId: idAt(extract, index),
    categories: [first, ...others],
    reason: reasonFor(
      counted,
      row,
      first.categoryId,
      { category: first.categoryName, account: accountName(extract, index) },
      {
        approvedLast: latest.of(row.payee) === first.categoryId,
        rowsOf: (payee) => rows.of(payee),
        byText: byText === true,
        doubt: chosen.doubt,
      },
    ),
    ...(payeeName === undefined ? {} : { payeeName }),
  };
}

/** For a text that is not a payee yet; a reconciled transaction keeps the payee it was reconciled with. */
function payeeNameFor(
  index: number,
  { extract, texts, payees: named }: KnownOfBudget,
): string | undefined {
  const { transactions, payees } = extract;
  const flags = transactions.flags[index] ?? 0;
  const hasPayee = (payees[transactions.payee[index] ?? -1]?.name ?? '') !== '';
  if (hasPayee || (flags & TRANSACTION_FLAG.reconciled) !== 0) return undefined;
  const meant = texts.meantBy(rowAt(extract, index));
  if (meant !== undefined && named.isName(meant)) return meant;
  return named.meantBy(looked(transactions.importedPayee[index]));
}

function accountName({ accounts, transactions }: BudgetExtract, index: number): string {
  return accounts[transactions.account[index] ?? -1]?.name ?? '';
}
