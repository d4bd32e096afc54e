import { describe, expect, it } from 'vitest';
import { uuid } from '../domain/builders.ts';
import { paidTo, suggestion } from './suggestions.ts';
import { BUDGET, JOB, job, typed } from './typed.ts';

/** Which calls of the API a command line makes, and with which outcome it ends. */

describe('apply', () => {
  const one = `${uuid(1)}.1`;

  it.each([
    ['apply', {}],
    [`apply ${one} ${uuid(2)}.7`, { suggestionIds: [one, `${uuid(2)}.7`] }],
    ['apply --above 0.95', { minConfidence: 0.95 }],
  ])('%s has what is meant applied, and nothing else', async (line, meant) => {
    const { asked } = await typed(`${line} --no-wait`, () => job('queued'));
    const body = { type: 'suggestions_apply', budgetId: BUDGET, ...meant };
    expect(asked).toEqual([{ what: 'POST /jobs', key: expect.any(String), query: {}, body }]);
  });

  it('asks for as many ids as a job takes', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `${uuid(n)}.1`);
    const { asked } = await typed(`apply ${ids.join(' ')} --no-wait`, () => job('queued'));
    expect(asked).toMatchObject([{ body: { suggestionIds: ids } }]);
  });

  it('asks for nothing with more ids than a job takes', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => `${uuid(n)}.1`);
    const { asked, outcome } = await typed(`apply ${ids.join(' ')} --no-wait`, () => job('queued'));
    expect(outcome).toMatchObject({ name: 'OptionError' });
    expect(asked).toEqual([]);
  });
});

describe('a job that is asked for', () => {
  const asking = (line: string, answers: readonly (object | number)[]) => {
    let call = 0;
    return typed(`${line} --no-wait`, () => answers[call++] ?? 500);
  };

  it.each(['apply', `retry ${JOB}`])(
    'by %s is asked for once more, by the same key, where the answer is lost',
    async (line) => {
      const { asked, outcome } = await asking(line, [503, job('queued')]);
      expect(outcome).toMatchObject({ document: job('queued') });
      expect(asked).toEqual([asked[0], asked[0]]);
    },
  );

  it('is not asked for again where the API refuses it', async () => {
    expect((await asking('apply', [403, job('queued')])).asked).toHaveLength(1);
  });

  it('may have been made where an answer is lost, whatever is said the second time', async () => {
    const { asked, outcome } = await asking('apply', [503, 403]);
    expect([asked.length, outcome]).toMatchObject([2, { status: 503 }]);
  });
});

describe('a job', () => {
  it.each([
    ['show', 'failed', false],
    ['show --wait', 'failed', true],
    ['show --wait --events', 'canceled', true],
    ['show --wait', 'succeeded', false],
    ['show --events', 'failed', false],
    ['show --wait --events', 'succeeded', false],
    ['retry', 'failed', true],
    ['retry --no-wait', 'failed', false],
    ['cancel', 'canceled', false],
  ])('%s of one that has %s has failed itself: %s', async (line, status, failed) => {
    const [command, ...options] = line.split(' ');
    const { outcome } = await typed([command, JOB, ...options].join(' '), ({ what }) =>
      what.endsWith('/events') ? { events: [] } : job(status),
    );
    expect(outcome).toMatchObject({ failed });
  });

  it('is called off by its id', async () => {
    const { asked } = await typed(`cancel ${JOB}`, () => job('canceled'));
    expect(asked.map(({ what }) => what)).toEqual([`POST /jobs/${JOB}/cancel`]);
  });

  it('is called off once more where the answer is lost', async () => {
    let sent = 0;
    const { asked, outcome } = await typed(`cancel ${JOB}`, () => {
      sent += 1;
      return sent === 1 ? 504 : job('canceled');
    });
    expect(asked).toEqual([asked[0], asked[0]]);
    expect(outcome).toMatchObject({ document: job('canceled'), failed: false });
  });

  it('is run again once, however often the request comes, and goes on without whoever waits', async () => {
    const { asked, notes } = await typed(`retry ${JOB}`, () => job('succeeded'));
    expect(asked).toMatchObject([
      { what: `POST /jobs/${JOB}/retry`, key: expect.any(String) },
      { what: `GET /jobs/${JOB}`, key: null },
    ]);
    expect(notes).toEqual([expect.stringContaining('it goes on by itself if you stop waiting')]);
  });

  it('is shown with its whole history where that is wanted, and only then', async () => {
    const event = { createdAt: 'T', stepId: null, status: 'failed', message: 'It did not go.' };
    const shown = (options: string) =>
      typed(`show ${JOB}${options}`, ({ what }) =>
        what.endsWith('/events') ? { events: [event] } : job('failed'),
      );
    const { asked, outcome } = await shown(' --events');
    expect(asked.map(({ what }) => what)).toEqual([`GET /jobs/${JOB}`, `GET /jobs/${JOB}/events`]);
    expect(Object(outcome).document).toEqual({ ...job('failed'), events: [event] });
    expect(Object(outcome).lines.join()).toMatch(/Job .*failed.*It did not go\./);
    expect((await shown('')).asked).toHaveLength(1);
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

  it('is of those alone that are of a type and a status', async () => {
    const line = 'list --type budget_sync --status failed';
    const { asked } = await typed(line, () => jobs(1, null));
    const query = { budgetId: BUDGET, type: 'budget_sync', status: 'failed', limit: '21' };
    expect(asked).toMatchObject([{ query }]);
  });

  it.each([
    ['list', { jobs: [] }, 'There are no such jobs.'],
    ['suggestions --status applied', { suggestions: [] }, 'There are no such applied suggestions.'],
  ])('that is empty says so, and is no failure: %s', async (line, none, sentence) => {
    const { outcome } = await typed(line, () => ({ ...none, nextCursor: null }));
    expect(outcome).toEqual({ document: none, lines: [sentence], failed: false });
  });

  it('of suggestions is read no further than it is shown, but for what a filter may choose from the rest', async () => {
    const others = Array.from({ length: 100 }, (_, n) =>
      suggestion(n, { transaction: paidTo('Other') }),
    );
    const pages = [others, [suggestion(200)]];
    const answer = () => ({ suggestions: pages[0], nextCursor: null });
    expect((await typed('suggestions --limit 7', answer)).asked).toMatchObject([
      { query: { limit: '8' } },
    ]);
    const { outcome } = await typed('suggestions --payee Lidl --limit 7', ({ query }) => ({
      suggestions: pages[query.cursor === 'c' ? 1 : 0],
      nextCursor: query.cursor === 'c' ? null : 'c',
    }));
    expect(outcome).toMatchObject({ document: { suggestions: [{ id: suggestion(200).id }] } });
  });
});
