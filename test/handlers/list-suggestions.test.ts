import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { listSuggestionsRoute } from '../../functions/handlers/list-suggestions.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import type { SuggestionPage } from '../../functions/store/suggestion-listing.ts';
import { at, BUDGET } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';

const LIDL = transactionId('a3f0c2f4-lidl');
const suggestion: Suggestion = {
  id: suggestionId(LIDL, 2),
  budgetId: BUDGET,
  transactionId: LIDL,
  revision: 2,
  status: 'pending',
  transaction: {
    date: '2026-01-31',
    accountName: 'Card',
    payee: 'Lidl',
    amount: -1234,
    payeeId: null,
    reconciled: false,
  },
  proposals: [
    { categoryId: 'c1', categoryName: 'Groceries', confidence: 0.93 },
    { categoryId: 'c2', categoryName: 'Household', confidence: 0.04 },
  ],
  reason: '42 of 45 past transactions at Lidl are Groceries',
  payeeName: null,
  proposedBy: 'history',
  decision: null,
  rejectedCategoryIds: [],
  lastOutcome: null,
  appliedBy: null,
  createdAt: at(0),
  updatedAt: at(1),
};

let asked: unknown[];
let page: () => Promise<SuggestionPage>;

beforeEach(() => {
  asked = [];
  page = async () => ({ suggestions: [suggestion], nextCursor: null });
});

async function listed(query = '', budgetId: string = BUDGET): Promise<Answered> {
  const list = (...question: unknown[]) => {
    asked.push(question);
    return page();
  };
  const path = `/budgets/${budgetId}/suggestions`;
  const event = gatewayEvent({ path, pathParameters: { budgetId }, query });
  const answer = await call(listSuggestionsRoute({ list }), event);
  expectDocumented('GET /budgets/{budgetId}/suggestions', answer);
  return answer;
}

describe('GET /budgets/{budgetId}/suggestions', () => {
  it('lists payee, amount, proposals, confidence and reason', async () => {
    const answer = await listed();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ suggestions: [suggestion], nextCursor: null });
    expect(asked).toEqual([[{ budgetId: BUDGET }, { limit: 20 }]]);
  });

  it.each(['pending', 'approved', 'rejected', 'applied'])('lists %s ones', async (status) => {
    await listed(`status=${status}&limit=5&cursor=abc`);
    expect(asked).toEqual([
      [
        { budgetId: BUDGET, status },
        { limit: 5, cursor: 'abc' },
      ],
    ]);
  });

  it.each([
    ['status=queued', 'status'],
    ['limit=0', 'limit'],
    ['budgetId=x', 'budgetId'],
  ])('refuses ?%s', async (query, field) => {
    const answer = await listed(query);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual([field]);
  });

  it('refuses a budget id that is none', async () => {
    const answer = await listed('', 'My-Finances');
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['budgetId']);
  });

  it('refuses a cursor that is not of this listing', async () => {
    page = () => Promise.reject(new InvalidCursorError());
    expect(fieldsIn(await listed('cursor=abc'))).toEqual(['cursor']);
  });
});
