import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { patchSuggestionsRoute } from '../../functions/handlers/patch-suggestions.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { at } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { expectDocumented } from './document.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';
import { MemorySuggestions } from './memory-suggestions.ts';

const { budgetId } = suggestion(1);
let there: MemorySuggestions;

beforeEach(() => {
  there = new MemorySuggestions([
    suggestion(1),
    suggestion(2, { revision: 2 }),
    suggestion(3, { status: 'applied' }),
    suggestion(4),
  ]);
});

const decided = (decisions: unknown, query?: string) => sent({ decisions }, query);

async function sent(body: unknown, query = ''): Promise<Answered> {
  const event = gatewayEvent({
    method: 'PATCH',
    path: `/budgets/${budgetId}/suggestions`,
    pathParameters: { budgetId },
    query,
    body: JSON.stringify(body),
  });
  const route = patchSuggestionsRoute({ suggestions: there, now: () => at(60) });
  const answer = await call(route, event);
  expectDocumented('PATCH /budgets/{budgetId}/suggestions', answer);
  return answer;
}

const statuses = () => [...there.items.values()].map(({ status }) => status);
const many = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `t${n}.1`, status: 'approved' }));

describe('PATCH /budgets/{budgetId}/suggestions', () => {
  it('takes each decision by itself and says what came of each, in their order', async () => {
    const answer = await decided([
      { id: suggestion(4).id, status: 'rejected' },
      { id: suggestion(2).id, status: 'approved' },
      { id: suggestion(3).id, status: 'rejected' },
      { id: 'other.1', status: 'approved' },
      { id: suggestion(1).id, status: 'approved', categoryId: 'rent' },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        outcomes: [
          { id: suggestion(4).id, outcome: 'reviewed', suggestion: { status: 'rejected' } },
          { id: suggestion(2).id, outcome: 'stale' },
          { id: suggestion(3).id, outcome: 'applied' },
          { id: 'other.1', outcome: 'unknown' },
          { outcome: 'reviewed', suggestion: { decision: { categoryId: 'rent' } } },
        ],
      },
    });
    expect(statuses()).toEqual(['approved', 'pending', 'applied', 'rejected']);
  });

  it('keeps with each approval who gave it', async () => {
    await decided([1, 4].map((n) => ({ id: suggestion(n).id, status: 'approved' })));
    const decisions = [...there.items.values()].map(({ decision }) => decision?.decidedBy);
    const caller = '444455556666/AROAEXAMPLEROLEID0000';
    expect(decisions).toEqual([caller, undefined, undefined, caller]);
  });

  it('says of each what came of it when the table fails in between', async () => {
    there.decideAll = async () => {
      throw new StoreUnavailableError({ cause: new Error('slow') });
    };
    const answer = await decided([
      { id: suggestion(1).id, status: 'approved' },
      { id: suggestion(2).id, status: 'approved' },
      { id: suggestion(4).id, status: 'approved' },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        outcomes: [
          { outcome: 'unavailable', detail: expect.stringContaining('in a few seconds') },
          { outcome: 'stale', detail: expect.stringContaining('decide on the new id') },
          { outcome: 'unavailable' },
        ],
      },
    });
  });

  it('is a 500 for what nobody foresaw, and not an outcome', async () => {
    there.some = async () => {
      throw new TypeError('a mistake');
    };
    const event = { id: suggestion(1).id, status: 'approved' };
    expect((await decided([event])).status).toBe(500);
  });

  it('takes 100 decisions', async () => {
    expect((await decided(many(100))).status).toBe(200);
  });

  it.each([
    ['101 decisions', many(101), ['/decisions']],
    ['none', [], ['/decisions']],
    ['a suggestion twice', [...many(1), ...many(1)], ['/decisions']],
    ['a status that nobody decides', [{ id: 't.1', status: 'applied' }], ['/decisions/0/status']],
    ['no id', [...many(1), { status: 'approved' }], ['/decisions/1/id']],
    [
      'a correction of a rejection',
      [{ id: 't.1', status: 'rejected', categoryId: 'rent' }],
      ['/decisions/0/categoryId'],
    ],
    [
      'a payee that nobody sees',
      [{ id: 't.1', status: 'approved', payeeName: ' ' }],
      ['/decisions/0/payeeName'],
    ],
    [
      'a correction under a name that is none',
      [{ id: 't.1', status: 'approved', category: 'rent' }],
      ['/decisions/0/category'],
    ],
  ])('refuses %s, whole', async (_what, decisions, fields) => {
    const answer = await decided(decisions);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(fields);
  });

  it('refuses what stands beside the decisions', async () => {
    const answer = await sent({ decisions: many(1), dryRun: true });
    expect(fieldsIn(answer)).toEqual(['/dryRun']);
    expect(statuses()).toEqual(['pending', 'pending', 'applied', 'pending']);
  });

  it('refuses parameters in the query', async () => {
    expect(fieldsIn(await decided(many(1), 'dryRun=true'))).toEqual(['dryRun']);
  });
});
