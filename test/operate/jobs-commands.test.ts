import { describe, expect, it } from 'vitest';
import { openClient } from '../../client/client.ts';
import type { Suggestion } from '../../client/schema.ts';
import { codeOf } from '../../operate/choosing.ts';
import type { Ports } from '../../operate/commands.ts';
import { run } from '../../operate/jobs-commands.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';
import { uuid } from '../domain/builders.ts';
import { proposed, suggestion } from './suggestions.ts';

/** Which calls of the API a command line makes, and with which outcome it ends. */

const BUDGET = uuid(0xb1);
const JOB = uuid(0x10b);

/** A call, as it comes to the API. */
interface Asked {
  readonly what: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers a call by its body, or by a status. */
type Answering = (asked: Asked) => object | number;

async function typed(line: string, answer: Answering) {
  const options = parseJobsOptions(line.split(' '), '/');
  if (options === undefined) throw new Error('It asks for help');
  const asked: Asked[] = [];
  const notes: string[] = [];
  const api = openClient('http://127.0.0.1', async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const call = {
      what: `${request.method} ${pathname}`,
      query: Object.fromEntries(searchParams),
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(call);
    const answered = answer(call);
    return typeof answered === 'number'
      ? Response.json({ message: 'No' }, { status: answered })
      : Response.json(answered);
  });
  const note = (text: string) => notes.push(text);
  const ports: Ports = { api, budget: () => BUDGET, width: 140, note };
  const outcome = await run(options.command, ports).catch((error: unknown) => error);
  return { asked, notes, outcome };
}

const job = (status: string) => ({
  job: {
    id: JOB,
    type: 'suggestions_apply',
    status,
    createdAt: '2026-01-31T12:00:00.000Z',
    startedAt: null,
    completedAt: null,
    parentJobId: null,
    failureCode: null,
    failureReason: null,
    executionUrl: null,
    metadata: { trigger: 'api' },
  },
  steps: [],
});

describe('apply', () => {
  const one = `${uuid(1)}.1`;

  it.each([
    ['apply', {}],
    [`apply ${one} ${uuid(2)}.7`, { suggestionIds: [one, `${uuid(2)}.7`] }],
    ['apply --above 0.95', { minConfidence: 0.95 }],
  ])('%s has what is meant applied, and nothing else', async (line, meant) => {
    const { asked } = await typed(`${line} --no-wait`, () => job('queued'));
    const body = { type: 'suggestions_apply', budgetId: BUDGET, ...meant };
    expect(asked).toEqual([{ what: 'POST /jobs', query: {}, body }]);
  });

  it('asks for nothing with more ids than a job takes', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => `${uuid(n)}.1`);
    const { asked, outcome } = await typed(`apply ${ids.join(' ')} --no-wait`, () => job('queued'));
    expect(outcome).toMatchObject({ name: 'OptionError' });
    expect(asked).toEqual([]);
  });
});

describe('a job', () => {
  it.each([
    ['show', 'failed', false],
    ['show --wait', 'failed', true],
    ['show --wait --events', 'canceled', true],
    ['show --wait', 'succeeded', false],
    ['retry', 'failed', true],
  ])('%s of one that has %s has failed itself: %s', async (line, status, failed) => {
    const [command, ...options] = line.split(' ');
    const { outcome } = await typed([command, JOB, ...options].join(' '), ({ what }) =>
      what.endsWith('/events') ? { events: [] } : job(status),
    );
    expect(outcome).toMatchObject({ failed });
  });
});

describe('a list', () => {
  const jobs = (count: number, nextCursor: string | null) => ({
    jobs: Array(count).fill(job('queued').job),
    nextCursor,
  });
  const wordOn = (outcome: unknown) => Object(outcome).lines.at(-1);

  it('is read page by page, up to one more than is asked for', async () => {
    const { asked, outcome } = await typed('list --limit 130', ({ query }) =>
      jobs(Number(query.limit), 'c'),
    );
    expect(asked.map(({ query }) => query)).toEqual([
      { budgetId: BUDGET, limit: '100' },
      { budgetId: BUDGET, limit: '31', cursor: 'c' },
    ]);
    expect(Object(outcome).document.jobs).toHaveLength(130);
  });

  it('says how the rest is shown', async () => {
    const { outcome } = await typed('list --limit 7', () => jobs(8, 'c'));
    expect(wordOn(outcome)).toBe('The first 7; --limit shows more.');
  });

  it('says nothing of a rest where that is all there is', async () => {
    const { outcome } = await typed('list --limit 7', () => jobs(7, null));
    expect(wordOn(outcome)).toMatch(/^└/);
  });

  it('gives no advice that the command does not take', async () => {
    const { outcome } = await typed('list --limit 1000', ({ query }) =>
      jobs(Number(query.limit), 'c'),
    );
    expect(wordOn(outcome)).toBe('The first 1000; the API has the rest.');
  });

  it('of suggestions that a filter chooses tells as well whether that is all', async () => {
    const suggestions = [suggestion(1), suggestion(2)];
    const answer = () => ({ suggestions, nextCursor: null });
    const all = await typed('suggestions --payee Lidl --limit 2', answer);
    expect(wordOn(all.outcome)).toMatch(/^└/);
    const some = await typed('suggestions --payee Lidl --limit 1', answer);
    expect(wordOn(some.outcome)).toBe('The first 1; --limit shows more.');
  });
});

describe('decisions', () => {
  const there =
    (...all: readonly Suggestion[]): Answering =>
    ({ what, query, body }) =>
      what.startsWith('GET')
        ? { suggestions: all.filter(({ status }) => status === query.status), nextCursor: null }
        : {
            outcomes: Object(body).decisions.map(({ id }: Suggestion) => ({
              id,
              outcome: 'reviewed',
            })),
          };
  const decidedIn = (asked: readonly Asked[]) =>
    asked.flatMap(({ what, body }) => (what.startsWith('PATCH') ? Object(body).decisions : []));

  it.each(['pending', 'approved', 'rejected'] as const)(
    'may be taken on one that is %s, by its code',
    async (status) => {
      const one = suggestion(1, { status });
      const { asked } = await typed(`approve ${codeOf(one.id)}`, there(one));
      expect(decidedIn(asked)).toEqual([{ id: one.id, status: 'approved' }]);
    },
  );

  it('may be taken by its code on one that another takes a decision on while it is looked for', async () => {
    const [before, after] = [suggestion(1), suggestion(1, { status: 'rejected' })];
    const { asked } = await typed(`approve ${codeOf(before.id)}`, there(before, after));
    expect(decidedIn(asked)).toEqual([{ id: before.id, status: 'approved' }]);
  });

  it('by what suggestions are leave alone what is decided', async () => {
    const all = [suggestion(1), suggestion(2, { status: 'rejected' })];
    const { asked } = await typed('approve --payee *', there(...all));
    expect(decidedIn(asked)).toEqual([{ id: all[0]?.id, status: 'approved' }]);
  });

  it.each(['approved', 'rejected', 'applied'] as const)(
    'may correct a category to one that only a suggestion which is %s still names',
    async (status) => {
      const named = suggestion(2, { status, proposals: [proposed('Fuel', 0.9)] });
      const { asked } = await typed(
        'approve --payee Lidl --to-category fuel',
        there(suggestion(1), named),
      );
      const categoryId = 'id of Fuel';
      expect(decidedIn(asked)).toEqual([{ id: suggestion(1).id, status: 'approved', categoryId }]);
    },
  );

  it('look for the name of a category no further than what waits, where that has it', async () => {
    const again = suggestion(1, { proposals: [{ ...proposed('Fuel', 0.9), categoryId: 'new' }] });
    const before = suggestion(2, { status: 'applied', proposals: [proposed('Fuel', 0.9)] });
    const line = `approve ${again.id} --to-category fuel`;
    const { asked } = await typed(line, there(again, before));
    expect(decidedIn(asked)).toEqual([{ id: again.id, status: 'approved', categoryId: 'new' }]);
    expect(asked.map(({ query }) => query.status)).toEqual(['pending', undefined]);
  });

  it('look for nothing where all is named by ids', async () => {
    const line = `approve ${suggestion(1).id} --to-category ${uuid(7)}`;
    const { asked } = await typed(line, there());
    expect(asked.map(({ what }) => what)).toEqual([`PATCH /budgets/${BUDGET}/suggestions`]);
  });

  it.each(['', ' --dry-run'])('to a category that nothing names are refused%s', async (dry) => {
    const line = `approve --payee Lidl --to-category Fuel${dry}`;
    const { asked, outcome } = await typed(line, there(suggestion(1)));
    expect(outcome).toMatchObject({
      name: 'OptionError',
      message: expect.stringContaining('Fuel'),
    });
    expect(decidedIn(asked)).toEqual([]);
  });

  it('are not taken in a dry run', async () => {
    const { asked } = await typed('reject --payee * --dry-run', there(suggestion(1)));
    expect(asked.map(({ what }) => what)).toEqual([`GET /budgets/${BUDGET}/suggestions`]);
  });

  it('that were taken before the API could not be asked any more are told', async () => {
    const all = Array.from({ length: 230 }, (_, n) => suggestion(n));
    const answer = there(...all);
    let sent = 0;
    const { notes, outcome } = await typed('approve --payee *', (asked) => {
      if (asked.what.startsWith('PATCH')) sent += 1;
      return sent > 2 ? 503 : answer(asked);
    });
    expect(notes).toEqual(['The first 200 of 230 were decided.']);
    expect(outcome).toMatchObject({ name: 'ApiError', status: 503 });
  });
});
