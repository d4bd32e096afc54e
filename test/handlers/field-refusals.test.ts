import { describe, expect, it } from 'vitest';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { NewJobBody } from '../../functions/handlers/http/new-job-body.ts';
import { parseBody, parseHeader, parseQuery } from '../../functions/handlers/http/request.ts';
import {
  GetJobQuery,
  IdempotencyKey,
  ListJobsQuery,
} from '../../functions/handlers/http/request-schemas.ts';
import { ReviewBody, ReviewsBody } from '../../functions/handlers/http/review-body.ts';
import type { GuardedRoute } from '../../functions/handlers/http/route.ts';
import { BUDGET } from '../domain/builders.ts';
import { call, gatewayEvent, post } from './gateway.ts';

/** What a person reads of a field that the API refuses: its name, and what would be right. */

type Event = ReturnType<typeof gatewayEvent>;

async function detailOf(read: (event: Event) => unknown, event: Event): Promise<unknown> {
  const route: GuardedRoute = async (asked) => ({ status: 200, body: read(asked) });
  return Object((await call(route, event)).body).detail;
}

describe('a field of a decision', () => {
  const approved = (more: object) => ({ status: 'approved', ...more });

  it.each([
    ['no status', {}, '/status has to be approved or rejected.'],
    [
      'a category that is none',
      approved({ categoryId: '' }),
      '/categoryId has to be the id of a category.',
    ],
    [
      'a payee in two lines',
      approved({ payeeName: 'a\nb' }),
      '/payeeName may not hold control characters or line breaks.',
    ],
    [
      'a payee that nobody sees',
      approved({ payeeName: ' ' }),
      '/payeeName has to hold a character that can be seen.',
    ],
    [
      'a payee that is too long',
      approved({ payeeName: 'x'.repeat(101) }),
      '/payeeName has to have at most 100 characters.',
    ],
  ])('%s', async (_what, body, detail) => {
    expect(await detailOf((event) => parseBody(ReviewBody, event), post(body))).toBe(detail);
  });

  it.each(['0000', '001f', '007f', '0080', '009f', '2028', '2029'])(
    'a payee with the sign U+%s',
    async (code) => {
      const sign = String.fromCodePoint(Number.parseInt(code, 16));
      const body = post(approved({ payeeName: `a${sign}b` }));
      expect(await detailOf((event) => parseBody(ReviewBody, event), body)).toBe(
        '/payeeName may not hold control characters or line breaks.',
      );
    },
  );

  it.each(['0020', '007e', '00a0', '2027', '202a', 'd7ff', '1f6d2'])(
    'a payee with the sign U+%s is none of those',
    (code) => {
      const payeeName = `a${String.fromCodePoint(Number.parseInt(code, 16))}b`;
      expect(parseBody(ReviewBody, post(approved({ payeeName })))).toMatchObject({ payeeName });
    },
  );

  it.each([
    ['none', [], '/decisions has to have at least 1 entries.'],
    [
      'an id that is none',
      [approved({ id: 't' })],
      '/decisions/0/id has to be a suggestion id: <transactionId>.<revision>.',
    ],
    [
      'one that comes twice',
      [approved({ id: 't.1' }), { id: 't.1', status: 'rejected' }],
      '/decisions names a suggestion twice.',
    ],
  ])('of many: %s', async (_what, decisions, detail) => {
    const body = post({ decisions });
    expect(await detailOf((event) => parseBody(ReviewsBody, event), body)).toBe(detail);
  });
});

describe('a field of a job', () => {
  const apply = (more: object) => ({ type: 'suggestions_apply', budgetId: BUDGET, ...more });
  const TYPES = JOB_TYPES.filter((type) => type !== 'scheduled_sync_and_suggest').join(', ');

  it.each([
    ['no type', {}, `/type is missing; it has to be one of ${TYPES}.`],
    ['a type that is none', { type: 'sync' }, `/type has to be one of ${TYPES}.`],
    [
      'a confidence that is none',
      apply({ minConfidence: 90 }),
      '/minConfidence has to be at most 1.',
    ],
    [
      'one next to nothing',
      apply({ minConfidence: 1e-10 }),
      '/minConfidence has to be 0, or at least 1e-9.',
    ],
    [
      'one beside names',
      apply({ suggestionIds: ['t.1'], minConfidence: 0.9 }),
      '/minConfidence cannot go with suggestionIds: those are named one by one.',
    ],
    ['a text for a list', apply({ suggestionIds: 't.1' }), '/suggestionIds has to be a list.'],
    [
      'a name twice',
      apply({ suggestionIds: ['t.1', 't.1'] }),
      '/suggestionIds names a suggestion twice.',
    ],
  ])('%s', async (_what, body, detail) => {
    expect(await detailOf((event) => parseBody(NewJobBody, event), post(body))).toBe(detail);
  });
});

it('a parameter', async () => {
  const query = `budgetId=${BUDGET}&status=done&limit=0&cursor=`;
  expect(await detailOf((event) => parseQuery(ListJobsQuery, event), gatewayEvent({ query }))).toBe(
    [
      'status has to be one of queued, running, succeeded, failed, canceled',
      'limit has to be a whole number from 1 to 100',
      'cursor has to have at least 1 characters.',
    ].join('; '),
  );
  const waiting = gatewayEvent({ query: 'wait=21' });
  expect(await detailOf((event) => parseQuery(GetJobQuery, event), waiting)).toBe(
    'wait has to be a whole number of seconds from 0 to 20.',
  );
});

it('a header', async () => {
  const keyed = gatewayEvent({ headers: { 'idempotency-key': 'a b' } });
  const read = (event: Event) => parseHeader(IdempotencyKey, event, 'Idempotency-Key');
  expect(await detailOf(read, keyed)).toBe(
    'Idempotency-Key has to be 1 to 255 visible ASCII characters.',
  );
});
