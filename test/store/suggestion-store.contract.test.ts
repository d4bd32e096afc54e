import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  budgetId,
  suggestionId,
  type Timestamp,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import { reviewed } from '../../functions/domain/review.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { review as decideOn } from '../../functions/jobs/review.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import {
  SuggestionStore,
  type SuggestionStoreOptions,
} from '../../functions/store/suggestion-store.ts';
import type { TableClient } from '../../functions/store/table.ts';
import { at, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { startTables, type Tables } from './engines.ts';
import { runningJob } from './running-job.ts';

const HOME = budgetId(uuid(0xb1));
const SHOP = budgetId(uuid(0xb2));
const DAY = 86_400;

let tables: Tables;
let options: SuggestionStoreOptions;
let store: SuggestionStore;
let snapshots: SnapshotStore;
let fence: Fence;
let now: Timestamp;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  options = { ...(await tables.empty()), now: () => now };
  store = new SuggestionStore(options);
  snapshots = new SnapshotStore(options);
  fence = await runningJob(new JobStore(options), HOME);
});

const put = (...suggestions: readonly Suggestion[]) =>
  store.write({ put: suggestions, reopen: [], renew: [], remove: [] }, fence);

const reopen = (...suggestions: readonly Suggestion[]) =>
  store.write({ put: [], reopen: suggestions, renew: [], remove: [] }, fence);

describe('writing suggestions', () => {
  it('keeps every field', async () => {
    const made = suggestion(1, { payeeName: 'Grocer' });
    expect(await put(made)).toEqual({ kind: 'written', leftOut: [] });
    expect(await store.all(HOME)).toEqual([made]);
  });

  it('gives back one for a part of a split whose id is two UUIDs', async () => {
    const id = transactionId(`${uuid(1)}/${uuid(2)}`);
    const made = suggestion(1, { id: suggestionId(id, 1), transactionId: id });
    await put(made);
    expect(await store.all(HOME)).toEqual([made]);
  });

  it('writes more than one transaction holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => suggestion(n));
    await put(...many);
    expect(await store.all(HOME)).toHaveLength(250);
  });

  it('takes a higher revision of a pending one', async () => {
    await put(suggestion(1));
    await put(suggestion(1, { revision: 2, reason: 'newer' }));
    expect(await store.all(HOME)).toMatchObject([{ revision: 2, reason: 'newer' }]);
  });

  it('leaves a decided one alone, and writes the others of the batch', async () => {
    await put(suggestion(1, { status: 'approved' }), suggestion(2));
    const outcome = await put(
      suggestion(1, { revision: 2 }),
      suggestion(2, { revision: 2 }),
      suggestion(3),
    );
    expect(outcome).toEqual({ kind: 'written', leftOut: [suggestion(1).transactionId] });
    expect((await store.all(HOME)).map(({ revision, status }) => [revision, status])).toEqual([
      [1, 'approved'],
      [2, 'pending'],
      [1, 'pending'],
    ]);
  });

  it('does not go back to a lower revision', async () => {
    await put(suggestion(1));
    await put(suggestion(1, { revision: 2 }));
    await put(suggestion(1, { revision: 1, reason: 'late' }));
    expect(await store.all(HOME)).toMatchObject([{ revision: 2 }]);
  });

  it('removes pending ones and no decided ones', async () => {
    const pending = suggestion(1);
    const decided = suggestion(2, { status: 'rejected' });
    await put(pending, decided);
    await store.write({ put: [], reopen: [], renew: [], remove: [pending, decided] }, fence);
    expect(await store.all(HOME)).toMatchObject([{ status: 'rejected' }]);
  });

  it.each([
    ['renews', 'a rejected one', { status: 'rejected' }],
    ['does not renew', 'one that was approved meanwhile', { status: 'approved' }],
  ] as const)('%s %s', async (does, _what, is) => {
    const before = suggestion(1, { status: 'rejected' });
    await put(suggestion(1, is));
    const after = { ...before, updatedAt: at(99) };
    await store.write({ put: [], reopen: [], renew: [{ before, after }], remove: [] }, fence);
    expect(await store.all(HOME)).toEqual([does === 'renews' ? after : suggestion(1, is)]);
  });

  it('reopens a rejected one in its next revision', async () => {
    await put(suggestion(1, { status: 'rejected' }));
    await reopen(suggestion(1, { revision: 2 }));
    expect(await store.all(HOME)).toMatchObject([{ status: 'pending', revision: 2 }]);
  });

  it.each([
    ['approved', { status: 'approved' }],
    ['in a higher revision already', { status: 'rejected', revision: 2 }],
  ] as const)('does not reopen one that is %s', async (_what, now_) => {
    const before = suggestion(1, now_);
    await put(before);
    const leftOut = [before.transactionId];
    expect(await reopen(suggestion(1, { revision: 2 }))).toEqual({ kind: 'written', leftOut });
    expect(await store.all(HOME)).toEqual([before]);
  });

  it('does not reopen one that is gone', async () => {
    await reopen(suggestion(1, { revision: 2 }));
    expect(await store.all(HOME)).toEqual([]);
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'writes nothing under another %s',
    async (field) => {
      const other = { ...fence, [field]: uuid(99) };
      const outcome = await store.write(
        { put: [suggestion(1)], reopen: [], renew: [], remove: [] },
        other,
      );
      expect(outcome).toEqual({ kind: 'not_running' });
      expect(await store.all(HOME)).toEqual([]);
    },
  );

  it('counts an expired one as absent', async () => {
    await put(suggestion(1, { status: 'approved' }));
    now = at(31 * DAY);
    expect(await store.all(HOME)).toEqual([]);
    await put(suggestion(1, { createdAt: now, updatedAt: now }));
    expect(await store.all(HOME)).toMatchObject([{ status: 'pending' }]);
  });

  it('keeps pending ones for 90 days after they were last generated', async () => {
    await put(suggestion(1));
    now = at(89 * DAY);
    expect(await store.all(HOME)).toHaveLength(1);
    now = at(90 * DAY);
    expect(await store.all(HOME)).toEqual([]);
  });
});

describe('what came of an apply', () => {
  const applied = (one: Suggestion): Suggestion => ({
    ...one,
    status: 'applied',
    updatedAt: at(9),
  });
  const refused = (before: Suggestion) => ({
    before,
    after: {
      ...before,
      lastOutcome: { code: 'CATEGORY_HIDDEN', at: at(9) } as const,
    },
  });
  const approvedBy = (before: Suggestion) =>
    reviewed(before, { status: 'approved' }, { now: at(9), by: 'me' }) ?? before;

  it('is written: applied ones, and why the others were not', async () => {
    await put(suggestion(1), suggestion(2));
    const outcomes = { applied: [applied(suggestion(1))], refused: [refused(suggestion(2))] };
    expect(await store.recordOutcomes(outcomes, fence)).toEqual({ kind: 'written', leftOut: [] });
    expect(await store.all(HOME)).toEqual([applied(suggestion(1)), refused(suggestion(2)).after]);
  });

  it('is applied whatever was decided meanwhile: the budget has it', async () => {
    const before = suggestion(1);
    await put(before);
    const rejected = reviewed(before, { status: 'rejected' }, { now: at(5), by: 'me' });
    await store.decide(before, rejected ?? before);
    await store.recordOutcomes({ applied: [applied(before)], refused: [] }, fence);
    expect(await store.all(HOME)).toMatchObject([{ status: 'applied' }]);
  });

  it('gives way to a decision made meanwhile where it was not applied', async () => {
    const before = suggestion(1);
    await put(before);
    const rejected = reviewed(before, { status: 'rejected' }, { now: at(5), by: 'me' });
    await store.decide(before, rejected ?? before);
    await store.recordOutcomes({ applied: [], refused: [refused(before)] }, fence);
    expect(await store.all(HOME)).toMatchObject([{ status: 'rejected', lastOutcome: null }]);
  });

  it('is not written by a worker that no longer holds the budget', async () => {
    await put(suggestion(1));
    const outcomes = { applied: [applied(suggestion(1))], refused: [] };
    const other = { ...fence, workerId: workerId('worker-2') };
    expect(await store.recordOutcomes(outcomes, other)).toEqual({ kind: 'not_running' });
    expect(await store.all(HOME)).toMatchObject([{ status: 'pending' }]);
  });

  it('is approved before it is sent, unless it was decided meanwhile', async () => {
    const [first, second] = [suggestion(1), suggestion(2)];
    await put(first, second);
    const rejected = reviewed(second, { status: 'rejected' }, { now: at(5), by: 'me' });
    await store.decide(second, rejected ?? second);
    const approvals = [first, second].map((before) => ({ before, after: approvedBy(before) }));
    expect(await store.approve(approvals, fence)).toEqual({
      kind: 'written',
      leftOut: [second.transactionId],
    });
    expect(await store.all(HOME)).toEqual([approvedBy(first), rejected]);
    const other = { ...fence, workerId: workerId('worker-2') };
    expect(await store.approve(approvals, other)).toEqual({ kind: 'not_running' });
  });

  it('is written for more than one transaction holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => suggestion(n));
    await put(...many);
    await store.recordOutcomes({ applied: many.map(applied), refused: [] }, fence);
    const statuses = (await store.all(HOME)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['applied']));
  });
});

describe('a decision', () => {
  const decided = (before: Suggestion, now_ = at(60)) =>
    reviewed(before, { status: 'approved' }, { now: now_, by: 'me' }) ?? before;

  it('is written over what was read', async () => {
    const before = suggestion(1);
    await put(before);
    expect(await store.decide(before, decided(before))).toBe('written');
    expect(await store.get(HOME, before.transactionId)).toEqual(decided(before));
  });

  it.each([
    ['was replaced', () => put(suggestion(1, { revision: 2 }))],
    ['was decided', () => store.decide(suggestion(1), decided(suggestion(1), at(30)))],
    [
      'was removed',
      () => store.write({ put: [], reopen: [], renew: [], remove: [suggestion(1)] }, fence),
    ],
  ])('is refused when the suggestion %s meanwhile', async (_what, meanwhile) => {
    const before = suggestion(1);
    await put(before);
    await meanwhile();
    expect(await store.decide(before, decided(before))).toBe('conflict');
  });

  it('of several people at once is that of who comes last, and all of them are heard', async () => {
    const { id } = suggestion(1);
    await put(suggestion(1));
    const people = ['anna', 'ben', 'eve'];
    const heard = await Promise.all(
      people.map((by, n) => {
        const review = n === 1 ? { status: 'rejected' as const } : { status: 'approved' as const };
        return decideOn(
          { suggestions: store, now: () => at(n) },
          { budgetId: HOME, id, review, by },
        );
      }),
    );
    expect(heard.map(({ kind }) => kind)).toEqual(people.map(() => 'reviewed'));
    const last = await store.get(HOME, suggestion(1).transactionId);
    const answers = heard.map((one) => (one.kind === 'reviewed' ? one.suggestion : undefined));
    expect(answers).toContainEqual(last);
  });

  it('is written with up to 99 others, without those that changed meanwhile', async () => {
    const many = Array.from({ length: 100 }, (_, n) => suggestion(n));
    await put(...many);
    const [, second] = many;
    if (second === undefined) throw new Error('There are a hundred.');
    await store.decide(second, decided(second, at(30)));
    const changes = many.map((before) => ({ before, after: decided(before) }));
    expect(await store.decideAll(changes)).toEqual([changes[1]]);
    const ids = many.map(({ transactionId }) => transactionId);
    const there = await store.some(HOME, ids);
    const byId = new Map(there.map((one) => [one.transactionId, one]));
    expect(ids.map((id) => byId.get(id))).toEqual(
      many.map((before) => decided(before, before === second ? at(30) : at(60))),
    );
  });

  it('of no suggestion is no write', async () => {
    expect(await store.decideAll([])).toEqual([]);
    expect(await store.some(HOME, [])).toEqual([]);
  });

  it('is about what is there: neither another budget nor one whose time is over', async () => {
    await put(suggestion(1), suggestion(2));
    const ids = [1, 2, 3].map((n) => suggestion(n).transactionId);
    expect((await store.some(HOME, ids)).map(({ id }) => id).sort()).toEqual(
      [1, 2].map((n) => suggestion(n).id),
    );
    expect(await store.some(budgetId(uuid(0xdead)), ids)).toEqual([]);
    now = at(91 * DAY);
    expect(await store.some(HOME, ids)).toEqual([]);
  });

  it('is refused for one whose time is over', async () => {
    const before = suggestion(1);
    await put(before);
    now = at(91 * DAY);
    expect(await store.get(HOME, before.transactionId)).toBeUndefined();
    expect(await store.decide(before, decided(before))).toBe('conflict');
  });
});

describe('listing suggestions', () => {
  beforeEach(async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      suggestion(n, n % 3 === 0 ? { status: 'approved' } : {}),
    );
    await put(...many);
  });

  async function pages(filter: Parameters<SuggestionStore['list']>[0], limit: number) {
    const found: Suggestion[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<SuggestionStore['list']>> = await store.list(filter, {
        limit,
        ...(cursor !== null && { cursor }),
      });
      found.push(...page.suggestions);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  const order = ({ transaction, transactionId: id }: Suggestion) => `${transaction.date} ${id}`;

  it.each([1, 7, 60, 100])(
    'gives each once, newest transaction first, %i a page',
    async (limit) => {
      const orders = (await pages({ budgetId: HOME }, limit)).map(order);
      expect(orders).toEqual([...new Set(orders)].sort().reverse());
      expect(orders).toHaveLength(60);
    },
  );

  it('gives one that is decided meanwhile once, as it was decided', async () => {
    const options = { ...(await tables.empty()), now: () => now };
    const { client } = options;
    const written = new SuggestionStore(options);
    const shop = await runningJob(new JobStore(options), SHOP);
    const before = suggestion(1, { budgetId: SHOP });
    await written.write({ put: [before], reopen: [], renew: [], remove: [] }, shop);
    const after = reviewed(before, { status: 'approved' }, { now: at(1), by: 'somebody' });
    let decided = false;
    // Of what is asked side by side, what waits for a decision is answered before it comes, all else after it.
    const asked: TableClient = {
      send: async (command: object) => {
        const values =
          command instanceof QueryCommand ? command.input.ExpressionAttributeValues : {};
        const answer = () => Reflect.apply(client.send, client, [command]);
        if (values?.[':key'] === `${SHOP}#pending`) return answer();
        if (!decided && after !== null) {
          decided = true;
          await written.decide(before, after);
        }
        return answer();
      },
    };
    const page = await new SuggestionStore({ ...options, client: asked }).list(
      { budgetId: SHOP },
      { limit: 5 },
    );
    expect(page).toEqual({ suggestions: [after], nextCursor: null });
  });

  it('gives those of one status', async () => {
    const found = await pages({ budgetId: HOME, status: 'approved' }, 7);
    expect(found).toHaveLength(20);
    expect(found.every(({ status }) => status === 'approved')).toBe(true);
  });

  it('leaves each out from the second on in which its time is over, although the engine has it', async () => {
    const listed = async () => (await pages({ budgetId: HOME }, 7)).map(({ status }) => status);
    now = at(30 * DAY - 1);
    expect(await listed()).toHaveLength(60);
    now = at(30 * DAY);
    expect(new Set(await listed())).toEqual(new Set(['pending']));
    now = at(90 * DAY);
    expect(await listed()).toEqual([]);
  });

  it('gives none of another budget', async () => {
    expect(await pages({ budgetId: SHOP }, 10)).toEqual([]);
  });

  it('refuses the cursor of another listing', async () => {
    const { nextCursor } = await store.list({ budgetId: HOME }, { limit: 1 });
    const cursor = String(nextCursor);
    await expect(
      store.list({ budgetId: HOME, status: 'pending' }, { limit: 1, cursor }),
    ).rejects.toThrow(InvalidCursorError);
  });
});

describe('the current snapshot', () => {
  const snapshot = {
    id: uuid(7),
    budgetId: HOME,
    takenAt: at(5),
    archiveKey: 'archives/a.zip',
    extractKey: 'extracts/a.json.gz',
    cloudFileId: 'file-1',
    counts: { accounts: 2, transactions: 9 },
  };

  it('is none at first, then the one last set', async () => {
    expect(await snapshots.current(HOME)).toBeUndefined();
    expect(await snapshots.setCurrent(snapshot, fence)).toBe('written');
    expect(await snapshots.current(HOME)).toEqual(snapshot);
  });

  it('never expires', async () => {
    await snapshots.setCurrent(snapshot, fence);
    const { Items = [] } = await options.client.send(
      new QueryCommand({
        TableName: options.tableName,
        KeyConditionExpression: 'PK = :pk AND SK = :sk',
        ExpressionAttributeValues: { ':pk': `BUDGET#${HOME}`, ':sk': 'CURRENT_SNAPSHOT' },
      }),
    );
    expect(Items).toMatchObject([{ schema: 1 }]);
    expect(Items[0]).not.toHaveProperty('expiresAt');
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'does not move under another %s',
    async (field) => {
      const other = { ...fence, [field]: uuid(99) };
      expect(await snapshots.setCurrent(snapshot, other)).toBe('conflict');
      expect(await snapshots.current(HOME)).toBeUndefined();
    },
  );
});
