import './environment-variables.ts';

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { listJobsRoute } from '../../functions/handlers/list-jobs.ts';
import { InvalidCursorError, StoreUnavailableError } from '../../functions/store/errors.ts';
import type { JobFilter, JobPage, PageRequest } from '../../functions/store/job-listing.ts';
import { BUDGET, newRecord } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';

const jobs = [newRecord().job, newRecord({ type: 'budget_sync', fullResync: true }).job];

let asked: (readonly [JobFilter, PageRequest])[];
let answerOfStore: () => Promise<JobPage>;

beforeEach(() => {
  asked = [];
  answerOfStore = async () => ({ jobs, nextCursor: 'bmV4dA' });
});

async function listed(query: string): Promise<Answered> {
  const list = (filter: JobFilter, page: PageRequest) => {
    asked.push([filter, page]);
    return answerOfStore();
  };
  const event = gatewayEvent({ path: '/jobs', pathParameters: {}, query });
  const answer = await call(listJobsRoute({ list }, STATE_MACHINE_ARN), event);
  expectDocumented('GET /jobs', answer);
  return answer;
}

describe('GET /jobs', () => {
  it('lists 20 jobs of a budget unless told otherwise', async () => {
    const answer = await listed(`budgetId=${BUDGET}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ jobs, nextCursor: 'bmV4dA' });
    expect(asked).toEqual([[{ budgetId: BUDGET }, { limit: 20 }]]);
  });

  it('hands filters and page on', async () => {
    await listed(`budgetId=${BUDGET}&type=budget_sync&status=failed&limit=100&cursor=bmV4dA`);
    expect(asked).toEqual([
      [
        { budgetId: BUDGET, type: 'budget_sync', status: 'failed' },
        { limit: 100, cursor: 'bmV4dA' },
      ],
    ]);
  });

  it('lists scheduled jobs, too', async () => {
    expect((await listed(`budgetId=${BUDGET}&type=scheduled_sync_and_suggest`)).status).toBe(200);
  });

  it('reads what is percent-encoded', async () => {
    expect((await listed(`budget%49d=${BUDGET}&limit=%31`)).status).toBe(200);
    expect(asked[0]?.[1]).toEqual({ limit: 1 });
  });

  it('says when there is nothing', async () => {
    answerOfStore = async () => ({ jobs: [], nextCursor: null });
    expect((await listed(`budgetId=${BUDGET}`)).body).toEqual({ jobs: [], nextCursor: null });
  });

  it.each([
    ['', ['budgetId']],
    ['budgetId=home', ['budgetId']],
    [`budgetId=${BUDGET}&type=sync`, ['type']],
    [`budgetId=${BUDGET}&status=done`, ['status']],
    [`budgetId=${BUDGET}&status=`, ['status']],
    [`budgetId=${BUDGET}&limit=0`, ['limit']],
    [`budgetId=${BUDGET}&limit=101`, ['limit']],
    [`budgetId=${BUDGET}&limit=1e1`, ['limit']],
    [`budgetId=${BUDGET}&limit=+1`, ['limit']],
    [`budgetId=${BUDGET}&cursor=`, ['cursor']],
    [`budgetId=${BUDGET}&cursor=${'x'.repeat(1001)}`, ['cursor']],
    [`budgetId=${BUDGET}&page=2`, ['page']],
    [`budgetId=${BUDGET}&budgetid=${BUDGET}`, ['budgetid']],
    [`budgetId=${BUDGET}&__proto__=1`, ['__proto__']],
    [`budgetId=${BUDGET}&budgetId=${BUDGET}`, ['budgetId']],
    ['type=sync&limit=0', ['budgetId', 'type', 'limit']],
  ])('refuses ?%s', async (query, fields) => {
    const answer = await listed(query);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(fields);
    expect(asked).toHaveLength(0);
  });

  it('refuses a cursor that is not of this listing', async () => {
    answerOfStore = () => Promise.reject(new InvalidCursorError());
    const answer = await listed(`budgetId=${BUDGET}&cursor=abc`);
    expect(answer.status).toBe(400);
    const message = 'has to be nextCursor of the page before, with the other parameters unchanged';
    expect(answer.body).toMatchObject({
      detail: `cursor ${message}.`,
      errors: [{ field: 'cursor', message }],
    });
  });

  it('says 503 when the table does not answer', async () => {
    answerOfStore = () => Promise.reject(new StoreUnavailableError({ cause: new Error('no') }));
    expect((await listed(`budgetId=${BUDGET}`)).status).toBe(503);
  });

  it('never answers an arbitrary query with a 5xx', async () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('budgetId', 'limit', 'cursor', 'status'));
    const query = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.tuple(name, fc.string())).map((pairs) => new URLSearchParams(pairs).toString()),
    );
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        expect((await listed(text)).status).toBe(400);
      }),
      { numRuns: 300 },
    );
  });
});
