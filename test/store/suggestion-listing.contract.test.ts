import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import type { PageRequest } from '../../functions/store/job-listing.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import type { TableClient } from '../../functions/store/table.ts';
import { at } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { pagesOf } from './pages.ts';
import { runningJob } from './running-job.ts';
import { DAY, HOME, SHOP, suggestionTable } from './suggestion-table.ts';

const table = suggestionTable();
const { put } = table;

async function everyPage(filter: Parameters<SuggestionStore['list']>[0], limit: number) {
  const found: Suggestion[] = [];
  const list = (request: PageRequest) => table.store.list(filter, request);
  for await (const { suggestions } of pagesOf(limit, list)) found.push(...suggestions);
  return found;
}

describe('listing suggestions', () => {
  beforeEach(async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      suggestion(n, n % 3 === 0 ? { status: 'approved' } : {}),
    );
    await put(...many);
  });

  const order = ({ transaction, transactionId: id }: Suggestion) => `${transaction.date} ${id}`;

  it.each([1, 7, 60, 100])(
    'gives each once, newest transaction first, %i a page',
    async (limit) => {
      const orders = (await everyPage({ budgetId: HOME }, limit)).map(order);
      expect(orders).toEqual([...new Set(orders)].sort().reverse());
      expect(orders).toHaveLength(60);
    },
  );

  const waiting = suggestion(1, { budgetId: SHOP });
  it.each([
    ['decided', waiting, reviewed(waiting, { status: 'approved' }, { now: at(1), by: 'somebody' })],
    ['proposed anew', { ...waiting, status: 'rejected' }, { ...waiting, updatedAt: at(1) }],
  ] as const)('gives one that is %s meanwhile once, as it is then', async (_how, before, after) => {
    if (after === null) throw new Error('The decision changes nothing');
    const options = await table.another();
    const { client } = options;
    const written = new SuggestionStore(options);
    const shop = await runningJob(new JobStore(options), SHOP);
    await written.write({ put: [before], reopen: [], renew: [], remove: [] }, shop);
    const seen = Promise.withResolvers<void>();
    let change: Promise<unknown> | undefined;
    // Of what is asked side by side, those of the status before are answered before it changes, all else after it.
    const asked: TableClient = {
      send: async (command: object) => {
        const values =
          command instanceof QueryCommand ? command.input.ExpressionAttributeValues : {};
        const answer = () => Reflect.apply(client.send, client, [command]);
        if (values?.[':key'] === `${SHOP}#${before.status}`) {
          const early = await answer();
          seen.resolve();
          return early;
        }
        await seen.promise;
        change ??= written.decide(before, after);
        await change;
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
    const found = await everyPage({ budgetId: HOME, status: 'approved' }, 7);
    expect(found).toHaveLength(20);
    expect(found.every(({ status }) => status === 'approved')).toBe(true);
  });

  it('leaves each out from the second on in which its time is over, although the engine has it', async () => {
    const listed = async () => (await everyPage({ budgetId: HOME }, 7)).map(({ status }) => status);
    table.now = at(30 * DAY - 1);
    expect(await listed()).toHaveLength(60);
    table.now = at(30 * DAY);
    expect(new Set(await listed())).toEqual(new Set(['pending']));
    table.now = at(90 * DAY);
    expect(await listed()).toEqual([]);
  });

  it('takes few reads to pass what is over, however small the page', async () => {
    const { client } = table.options;
    let reads = 0;
    const counted: TableClient = {
      send: (command: object) => {
        reads += 1;
        return Reflect.apply(client.send, client, [command]);
      },
    };
    const later = new SuggestionStore({
      ...table.options,
      client: counted,
      now: () => at(90 * DAY),
    });
    expect((await later.list({ budgetId: HOME }, { limit: 1 })).suggestions).toEqual([]);
    expect(reads).toBeLessThan(15);
  });

  it('gives none of another budget', async () => {
    expect(await everyPage({ budgetId: SHOP }, 10)).toEqual([]);
  });

  it('refuses the cursor of another listing', async () => {
    const { nextCursor } = await table.store.list({ budgetId: HOME }, { limit: 1 });
    const cursor = String(nextCursor);
    await expect(
      table.store.list({ budgetId: HOME, status: 'pending' }, { limit: 1, cursor }),
    ).rejects.toThrow(InvalidCursorError);
  });
});

it('gives each suggestion once, although many between them are over', async () => {
  const isOver = (n: number) => n > 1 && n < 10;
  const all = Array.from({ length: 12 }, (_, n) =>
    suggestion(n, isOver(n) ? {} : { updatedAt: at(20 * DAY) }),
  );
  await put(...all);
  table.now = at(95 * DAY);
  const live = all.filter((_, n) => !isOver(n)).toReversed();
  for (const limit of [1, 2, 3, 4]) {
    expect(await everyPage({ budgetId: HOME, status: 'pending' }, limit)).toEqual(live);
  }
  const { nextCursor } = await table.store.list({ budgetId: HOME }, { limit: live.length });
  expect(nextCursor).toBeNull();
});
