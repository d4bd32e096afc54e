import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { SuggestionList } from '../../functions/handlers/http/answer-schemas.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { demoPurchases } from '../../local/demo/purchases.ts';
import { budget } from '../suggest/budgets.ts';
import { API_PAGE, CLI_PAGE, fencedIn } from './markdown.ts';

/** The page of the demo's purchases says what is in the file, and other pages what is proposed for them. */

const FOLDER = join(import.meta.dirname, '../../local/demo');
const page = readFileSync(join(FOLDER, 'README.md'), 'utf8').replaceAll('\n', ' ');
const rows: readonly Readonly<Record<string, string>>[] = parse(
  readFileSync(join(FOLDER, 'purchases.csv')),
  { columns: true },
);
const dates = rows.map(({ date = '' }) => date).sort();
const month = (date = '') =>
  new Date(date).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

it('how many purchases there are, on how many cards, from when to when', () => {
  expect(page).toContain(`${rows.length.toLocaleString('en')} real card purchases`);
  expect(new Set(rows.map(({ account }) => account)).size).toBe(11);
  expect(page).toContain(`on eleven cards, ${month(dates.at(0))} to ${month(dates.at(-1))}`);
});

it('that those of the last month, and no others, have no categories', () => {
  const lastMonth = dates.at(-1)?.slice(0, 'YYYY-MM'.length) ?? '';
  const bare = rows.filter(({ category }) => category === '');
  expect(bare).toEqual(rows.filter(({ date = '' }) => date.startsWith(lastMonth)));
});

/** What the page of the API and that of the commands show: cents, and a confidence of 0 to 1. */
function shownSuggestions() {
  const [, answer = ''] = fencedIn(API_PAGE, 'json');
  const ofTheApi = SuggestionList.parse(JSON.parse(answer)).suggestions.map((suggestion) => ({
    payee: suggestion.transaction.payee,
    amount: suggestion.transaction.amount,
    category: suggestion.proposals[0]?.categoryName,
    sure: suggestion.proposals[0]?.confidence ?? 0,
    reason: suggestion.reason,
  }));
  const table = CLI_PAGE.matchAll(/^│ \w{8} │ \S+ │ (.+?) +│ +(\S+) │ (.+?) +│ (\d+) % │/gm);
  const ofTheCommands = [...table].map(([, payee, amount, category, sure]) => ({
    payee,
    amount: Math.round(Number(amount) * 100),
    category,
    sure: Number(sure) / 100,
    reason: undefined,
  }));
  return [...ofTheApi, ...ofTheCommands];
}

it('shows on the pages what is proposed, and how sure it is but for what day it is and which ids there are', async () => {
  const entries = demoPurchases('2026-11-24').map(({ date, category, ...purchase }, index) => ({
    ...purchase,
    id: `t${index}`,
    date: Number(date.replaceAll('-', '')),
    ...(category === '' ? {} : { category }),
  }));
  const { proposals } = await historyEngine.propose(budget(entries), { decisions: [] });
  const shown = shownSuggestions();
  expect(shown).toHaveLength(3);
  for (const { payee, amount, category, sure, reason } of shown) {
    const bought = entries.find(
      (entry) =>
        entry.payee === payee && entry.amount === amount && !Object.hasOwn(entry, 'category'),
    );
    const proposal = proposals.find(({ transactionId }) => transactionId === bought?.id);
    const [{ categoryId, confidence } = { categoryId: '', confidence: 0 }] =
      proposal?.categories ?? [];
    expect(categoryId).toBe(category);
    expect(Math.abs(confidence - sure), `${payee}: ${confidence}`).toBeLessThan(0.05);
    if (reason !== undefined) expect(proposal?.reason).toBe(reason);
  }
});
