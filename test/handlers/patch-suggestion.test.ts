import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { patchSuggestionRoute } from '../../functions/handlers/patch-suggestion.ts';
import { at } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { expectDocumented, fitsRequestBody } from './document.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';
import { MemorySuggestions } from './memory-suggestions.ts';

const OPERATION = 'PATCH /budgets/{budgetId}/suggestions/{suggestionId}';
const GIVEN = suggestion(1);
let there: MemorySuggestions;

beforeEach(() => {
  there = new MemorySuggestions([GIVEN]);
});

async function decided(body: unknown, id: string = GIVEN.id, query = ''): Promise<Answered> {
  const { budgetId } = GIVEN;
  const event = gatewayEvent({
    method: 'PATCH',
    path: `/budgets/${budgetId}/suggestions/${id}`,
    pathParameters: { budgetId, suggestionId: id },
    query,
    body: JSON.stringify(body),
  });
  const answer = await call(patchSuggestionRoute({ suggestions: there, now: () => at(60) }), event);
  expectDocumented(OPERATION, answer);
  return answer;
}

const stored = (): Suggestion | undefined => there.items.get(GIVEN.transactionId);

describe(OPERATION, () => {
  it('approves the first proposal, and says who did', async () => {
    const answer = await decided({ status: 'approved' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ suggestion: stored() });
    expect(stored()).toMatchObject({
      status: 'approved',
      decision: {
        categoryId: 'food',
        categoryName: 'Food',
        decidedBy: expect.stringContaining('/'),
      },
    });
  });

  it('approves a correction', async () => {
    await decided({ status: 'approved', categoryId: 'rent', payeeName: ' Aldi ' });
    expect(stored()?.decision).toMatchObject({ categoryId: 'rent', payeeName: 'Aldi' });
  });

  it('counts the characters of a payee as the document does: an emoji is one', async () => {
    for (const [length, status] of [
      [100, 200],
      [101, 400],
    ] as const) {
      const body = { status: 'approved', payeeName: '🍕'.repeat(length) };
      expect((await decided(body)).status).toBe(status);
      expect(fitsRequestBody(OPERATION, body)).toBe(status === 200);
    }
  });

  it.each(['4711', '***', '€'])('takes the payee %s, which has no letter', async (payeeName) => {
    await decided({ status: 'approved', payeeName });
    expect(stored()?.decision).toMatchObject({ payeeName });
  });

  it('takes a category whose id has 64 characters, as old budgets may have', async () => {
    const categoryId = 'x'.repeat(64);
    await decided({ status: 'approved', categoryId });
    expect(stored()?.decision).toMatchObject({ categoryId });
  });

  it('rejects', async () => {
    await decided({ status: 'rejected' });
    expect(stored()).toMatchObject({ status: 'rejected', rejectedCategoryIds: ['food'] });
  });

  it.each([
    ['a correction of a rejection', { status: 'rejected', categoryId: 'rent' }, '/categoryId'],
    ['no decision', {}, '/status'],
    ['a status that nobody decides', { status: 'applied' }, '/status'],
    ['a blank payee', { status: 'approved', payeeName: '  ' }, '/payeeName'],
    ['a payee that nobody sees', { status: 'approved', payeeName: '\u200b\u0301' }, '/payeeName'],
    ['a payee with a separator', { status: 'approved', payeeName: 'a\u2028b' }, '/payeeName'],
    ['a payee in two lines', { status: 'approved', payeeName: 'a\nb' }, '/payeeName'],
    ['a payee of 101 letters', { status: 'approved', payeeName: 'x'.repeat(101) }, '/payeeName'],
    ['a payee with another one', { status: 'approved', payeeName: 'a\u2029b' }, '/payeeName'],
    ['a payee with a tab', { status: 'approved', payeeName: 'a\tb' }, '/payeeName'],
    ['a category with a space', { status: 'approved', categoryId: 'a b' }, '/categoryId'],
    ['an empty category', { status: 'approved', categoryId: '' }, '/categoryId'],
    ['a category too long', { status: 'approved', categoryId: 'x'.repeat(65) }, '/categoryId'],
    ['a field of another call', { status: 'approved', id: GIVEN.id }, '/id'],
  ])('refuses %s', async (_what, body, field) => {
    const answer = await decided(body);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual([field]);
    expect(stored()).toEqual(GIVEN);
  });

  it('is a 404 for a suggestion that is not there', async () => {
    expect((await decided({ status: 'approved' }, 'other.1')).status).toBe(404);
  });

  it.each([
    ['replaced by a newer one', suggestion(1, { revision: 2 }), 'suggestion-replaced'],
    ['applied', suggestion(1, { status: 'applied' }), 'suggestion-applied'],
  ])('is a 409 for one that is %s', async (_what, now, problem) => {
    there = new MemorySuggestions([now]);
    expect(await decided({ status: 'rejected' })).toMatchObject({
      status: 409,
      body: { type: `urn:actual-jobs:problem:${problem}` },
    });
    expect(stored()).toEqual(now);
  });

  it('is a 409 when the suggestion changes each time it is decided', async () => {
    there.decide = async () => 'conflict';
    expect(await decided({ status: 'rejected' })).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: 'urn:actual-jobs:problem:conflict' },
    });
  });

  it('refuses parameters in the query', async () => {
    const answer = await decided({ status: 'approved' }, GIVEN.id, 'dryRun=true');
    expect(fieldsIn(answer)).toEqual(['dryRun']);
    expect(stored()).toEqual(GIVEN);
  });

  it('refuses an id that is none', async () => {
    const answer = await decided({ status: 'approved' }, 'no-revision');
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['suggestionId']);
  });
});
