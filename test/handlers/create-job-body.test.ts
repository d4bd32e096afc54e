import './environment-variables.ts';

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuid } from '../domain/builders.ts';
import { type CreateJobApi, createJobApi, OPERATION, withKey } from './create-job-api.ts';
import { fitsRequestBody } from './document.ts';
import { fieldsIn, messagesIn } from './gateway.ts';

const budgetId = uuid(0xb1);
const SYNC = { type: 'budget_sync', budgetId };

let api: CreateJobApi;

beforeEach(() => {
  api = createJobApi();
});

describe('a body that is not right', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `transaction-${n}.1`);

  it.each<readonly [string, unknown, readonly string[]]>([
    ['no type', { budgetId }, ['/type']],
    ['an unknown type', { type: 'sync', budgetId }, ['/type']],
    ['a type that is no text', { type: ['budget_sync'], budgetId }, ['/type']],
    ['no budget', { type: 'budget_sync' }, ['/budgetId']],
    ['a budget that is no UUID', { type: 'budget_sync', budgetId: 'My-Finances' }, ['/budgetId']],
    ['a budget behind something', { ...SYNC, budgetId: `0${budgetId}` }, ['/budgetId']],
    ['a budget before something', { ...SYNC, budgetId: `${budgetId}0` }, ['/budgetId']],
    ['a budget with a g', { ...SYNC, budgetId: budgetId.replace('0', 'g') }, ['/budgetId']],
    ['an unknown field', { ...SYNC, fullresync: true }, ['/fullresync']],
    ['a field of another type', { ...SYNC, suggestionId: 'transaction.1' }, ['/suggestionId']],
    ['a flag that is a text', { ...SYNC, fullResync: 'yes' }, ['/fullResync']],
    [
      'several at once',
      { type: 'budget_sync', bankSync: 1, x: 1 },
      ['/budgetId', '/bankSync', '/x'],
    ],
    ['a name that JSON pointers escape', { ...SYNC, 'a/b~c': 1 }, ['/a~1b~0c']],
    ['a list', [], ['']],
    ['null', null, ['']],
    [
      'no suggestions',
      { type: 'suggestions_apply', budgetId, suggestionIds: [] },
      ['/suggestionIds'],
    ],
    [
      'too many suggestions',
      { type: 'suggestions_apply', budgetId, suggestionIds: ids(501) },
      ['/suggestionIds'],
    ],
    [
      'a suggestion named twice',
      { type: 'suggestions_apply', budgetId, suggestionIds: ['t.1', 't.1'] },
      ['/suggestionIds'],
    ],
    [
      'a suggestion without its revision',
      { type: 'suggestions_apply', budgetId, suggestionIds: ['t.1', 't'] },
      ['/suggestionIds/1'],
    ],
    [
      'a confidence in percent',
      { type: 'suggestions_apply', budgetId, minConfidence: 90 },
      ['/minConfidence'],
    ],
    [
      'a confidence too near to zero to be kept',
      { type: 'suggestions_apply', budgetId, minConfidence: 5e-324 },
      ['/minConfidence'],
    ],
    [
      'suggestions by name and by confidence',
      { type: 'suggestions_apply', budgetId, suggestionIds: ['t.1'], minConfidence: 0.9 },
      ['/minConfidence'],
    ],
    ['no suggestion', { type: 'suggestions_retry_payee', budgetId }, ['/suggestionId']],
  ])('names the fields at fault: %s', async (_what, body, fields) => {
    const answer = await api.posted(body);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(fields);
    expect(api.jobs.creations).toHaveLength(0);
  });

  it('takes 500 suggestions', async () => {
    const answer = await api.posted({
      type: 'suggestions_apply',
      budgetId,
      suggestionIds: ids(500),
    });
    expect(answer.status).toBe(201);
  });

  it.each([0, 1e-9, 1])('takes the confidence %d', async (minConfidence) => {
    const answer = await api.posted({ type: 'suggestions_apply', budgetId, minConfidence });
    expect(answer.status).toBe(201);
  });

  it('says what would be right', async () => {
    const answer = await api.posted({
      budgetId: 'My-Finances',
      type: 'budget_sync',
      fullResync: 'yes',
    });
    expect(messagesIn(answer)).toEqual([
      'has to be a UUID, such as 0190b1d4-7c1a-7000-8000-000000000001',
      'has to be true or false',
    ]);
  });

  it('never repeats what was sent', async () => {
    const secret = 'hunter2-hunter2';
    const answers = await Promise.all([
      api.posted({ type: secret, budgetId: secret }),
      api.posted({ type: 'budget_sync', budgetId: secret, fullResync: secret }),
      api.posted({
        type: 'suggestions_apply',
        budgetId,
        suggestionIds: [secret],
        minConfidence: secret,
      }),
      api.raw(`{"password": ${secret}}`),
      api.posted(SYNC, withKey(`${secret} with a space`)),
    ]);
    for (const answer of answers) expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  it('cuts long names short and many errors off', async () => {
    const many = Object.fromEntries(ids(30).map((id) => [id.repeat(100), 1]));
    const answer = await api.posted({ ...SYNC, ...many });
    expect(fieldsIn(answer)).toHaveLength(20);
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s for an unknown field like any other',
    async (name) => {
      const answer = await api.raw(
        `{"type":"budget_sync","budgetId":"${budgetId}","${name}":{"x":1}}`,
      );
      expect(answer.status).toBe(400);
      expect(fieldsIn(answer)).toEqual([`/${name}`]);
    },
  );

  it('refuses deep nesting like any other wrong type', async () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    const answer = await api.raw(`{"type":"budget_sync","budgetId":${deep}}`);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['/budgetId']);
  });

  it('refuses parameters in the query', async () => {
    const answer = await api.raw(JSON.stringify(SYNC), { query: 'dryRun=true' });
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['dryRun']);
  });

  it('never answers arbitrary JSON with a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        expect((await api.raw(body)).status).toBe(400);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts exactly the bodies that the document describes', async () => {
    const fields = {
      budgetId: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, fc.constantFrom(null, 'x', 7)),
      fullResync: fc.constantFrom(true, false, 'true'),
      bankSync: fc.constantFrom(true, false, null),
      suggestionId: fc.constantFrom('transaction.1', 'a b.1', 'transaction.0', 'transaction', 1),
      suggestionIds: fc.array(fc.constantFrom('a.1', 'b.2', 'c.3', 'c.0'), { maxLength: 3 }),
      minConfidence: fc.constantFrom(0, 1e-9, 0.5, 1, -0.1, 1e-10, 1.1, '1'),
    };
    const {
      budgetId: id,
      fullResync,
      bankSync,
      suggestionId,
      suggestionIds,
      minConfidence,
    } = fields;
    const body = (type: string, optional: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
      fc.record(
        { type: fc.constant(type), budgetId: id, ...optional },
        { requiredKeys: ['type', 'budgetId'] },
      );
    const nearly = fc.oneof(
      body('budget_sync', { fullResync, bankSync }),
      body('sync_and_suggest', { fullResync, bankSync }),
      body('suggestions_generate', { fullResync }),
      body('suggestions_retry_payee', { suggestionId }),
      body('suggestions_apply', { suggestionIds, minConfidence }),
      body('snapshot_create', { suggestionId }),
      body('snapshot_redownload', { other: fc.constant(1) }),
      body('scheduled_sync_and_suggest', {}),
    );
    await fc.assert(
      fc.asyncProperty(nearly, async (body) => {
        const { status } = await api.posted(body);
        expect(status === 201).toBe(fitsRequestBody(OPERATION, body));
      }),
      { numRuns: 500 },
    );
  });
});
