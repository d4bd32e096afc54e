import type { BudgetExtract } from '../../domain/extract.ts';
import { TRANSACTION_FLAG } from '../../domain/extract.ts';
import { transactionId } from '../../domain/ids.ts';
import type { CategoryProposal, Proposal } from '../../domain/suggestion.ts';
import { folded } from '../../domain/text.ts';
import { candidatesOf } from '../candidates.ts';
import type { Decision, ProposalRequest, Proposals, SuggestionEngine } from '../engine.ts';
import { Learner } from './learner.ts';
import { Past } from './past.ts';
import { KnownPayees } from './payee-name.ts';
import { reasonFor } from './reason.ts';
import { dayOf, type Row } from './row.ts';
import { SILENCE, speaks } from './silence.ts';

/** Proposes what was chosen for such transactions before: pure, without keys and network. */
export const historyEngine: SuggestionEngine = {
  propose(request: ProposalRequest): Proposals {
    const { extract } = request;
    const { open, past } = candidatesOf(extract);
    const approved = approvalsAmong(request.decisions);
    const visible = new Map(
      extract.categories.filter((one) => !one.hidden).map((one) => [one.id, one]),
    );
    const learner = new Learner([...visible.keys()]);
    const counted = new Past();
    for (const [index, category] of lessonsOf(extract, past, open, approved)) {
      if (!visible.has(category)) continue;
      const row = rowAt(extract, index);
      learner.learn(row, category);
      counted.add(row.payee, row.account, category);
    }
    const rejected = rejectionsOf(extract, open, request.decisions);
    const payees = new KnownPayees(
      extract.payees.filter((payee) => payee.transferAccountId === null).map(({ name }) => name),
    );

    const proposals: Proposal[] = [];
    for (const index of open) {
      const id = extract.transactions.id[index] ?? '';
      if (approved.has(id)) continue;
      const row = rowAt(extract, index);
      const refused = rejected.get(folded(row.payee));
      const ranking = learner.propose(row, (category) => refused?.has(category) !== true);
      if (!speaks(ranking, counted.size())) continue;
      const categories = ranking.categories
        .filter(({ confidence }, place) => place === 0 || confidence >= SILENCE.behind)
        .map(
          ({ category, confidence }): CategoryProposal => ({
            categoryId: category,
            categoryName: visible.get(category)?.name ?? '',
            confidence,
          }),
        );
      const [first, ...others] = categories;
      if (first === undefined) continue;
      const payeeName = payeeNameFor(extract, index, payees);
      proposals.push({
        transactionId: transactionId(id),
        categories: [first, ...others],
        reason: reasonFor(counted, row, first.categoryId, {
          category: first.categoryName,
          account: accountName(extract, index),
        }),
        ...(payeeName === undefined ? {} : { payeeName }),
      });
    }
    return {
      candidates: open.map((index) => transactionId(extract.transactions.id[index] ?? '')),
      proposals,
    };
  },
};

/** What there is to learn from, oldest first: past transactions, and open ones whose category was approved. */
function* lessonsOf(
  extract: BudgetExtract,
  past: readonly number[],
  open: readonly number[],
  approved: ReadonlyMap<string, string>,
): Generator<readonly [index: number, category: string]> {
  const { transactions, categories } = extract;
  for (const index of past) {
    const category = categories[transactions.category[index] ?? -1];
    if (category !== undefined) yield [index, category.id];
  }
  for (const index of open) {
    const category = approved.get(transactions.id[index] ?? '');
    if (category !== undefined) yield [index, category];
  }
}

/** By payee, the categories that were rejected for one of its transactions. */
function rejectionsOf(
  extract: BudgetExtract,
  open: readonly number[],
  decisions: readonly Decision[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map(open.map((index) => [extract.transactions.id[index] ?? '', index]));
  const rejections = new Map<string, Set<string>>();
  for (const { verdict, transactionId: id, categoryId } of decisions) {
    const index = places.get(id);
    if (verdict !== 'rejected' || index === undefined) continue;
    const payee = folded(rowAt(extract, index).payee);
    rejections.set(payee, (rejections.get(payee) ?? new Set()).add(categoryId));
  }
  return rejections;
}

/** By transaction, the category that was approved for it. */
function approvalsAmong(decisions: readonly Decision[]): ReadonlyMap<string, string> {
  const approvals = decisions.filter(({ verdict }) => verdict === 'approved');
  return new Map(approvals.map(({ transactionId: id, categoryId }) => [String(id), categoryId]));
}

function rowAt({ accounts, payees, transactions }: BudgetExtract, index: number): Row {
  const payeeName = payees[transactions.payee[index] ?? -1]?.name ?? '';
  const text = transactions.importedPayee[index] ?? '';
  return {
    day: dayOf(transactions.date[index] ?? 0),
    account: accounts[transactions.account[index] ?? -1]?.id ?? '',
    payee: payeeName === '' ? text : payeeName,
    text: text === '' ? payeeName : text,
    notes: transactions.notes[index] ?? '',
    amount: transactions.amount[index] ?? 0,
  };
}

/** For a text that is not a payee yet; a reconciled transaction keeps the payee it was reconciled with. */
function payeeNameFor(
  { transactions, payees }: BudgetExtract,
  index: number,
  known: KnownPayees,
): string | undefined {
  const flags = transactions.flags[index] ?? 0;
  const hasPayee = (payees[transactions.payee[index] ?? -1]?.name ?? '') !== '';
  if (hasPayee || (flags & TRANSACTION_FLAG.reconciled) !== 0) return undefined;
  return known.meantBy(transactions.importedPayee[index] ?? '');
}

function accountName({ accounts, transactions }: BudgetExtract, index: number): string {
  return accounts[transactions.account[index] ?? -1]?.name ?? '';
}
