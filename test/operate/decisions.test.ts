import { describe, expect, it } from 'vitest';
import type { Suggestion } from '../../client/schema.ts';
import { codeOf } from '../../operate/choosing.ts';
import { uuid } from '../domain/builders.ts';
import { proposed, suggestion } from './suggestions.ts';
import { type Answering, type Asked, BUDGET, typed } from './typed.ts';

/** Which decisions a command line takes, and what is told of them. */

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

  it('are sent a hundred at a time, and nothing after the last of them', async () => {
    const all = Array.from({ length: 200 }, (_, n) => suggestion(n));
    const { asked } = await typed('approve --payee *', there(...all));
    const sent = asked.filter(({ what }) => what.startsWith('PATCH'));
    expect(sent.map((one) => decidedIn([one]).length)).toEqual([100, 100]);
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

  it.each(['approve', 'reject'])(
    'that were sent are sent once more where the answer is lost: %s',
    async (kind) => {
      const one = suggestion(1);
      let sent = 0;
      const { asked, outcome } = await typed(`${kind} ${one.id}`, (call) => {
        sent += 1;
        return sent === 1 ? 504 : there(one)(call);
      });
      expect(asked).toEqual([asked[0], asked[0]]);
      expect(outcome).toMatchObject({ document: { outcomes: [{ id: one.id }] }, failed: false });
    },
  );

  it('to reject say nothing of a category or a payee', async () => {
    const one = suggestion(1);
    const { asked } = await typed(`reject ${one.id}`, there(one));
    expect(decidedIn(asked)).toEqual([{ id: one.id, status: 'rejected' }]);
  });

  it('may correct the payee', async () => {
    const one = suggestion(1);
    const { asked } = await typed(`approve ${one.id} --to-payee Aldi`, there(one));
    expect(decidedIn(asked)).toEqual([{ id: one.id, status: 'approved', payeeName: 'Aldi' }]);
  });

  it('may be named by an id beside a code', async () => {
    const [one, two] = [suggestion(1), suggestion(2)];
    const { asked } = await typed(`approve ${one.id} ${codeOf(two.id)}`, there(one, two));
    expect(decidedIn(asked)).toMatchObject([{ id: one.id }, { id: two.id }]);
  });

  it('of which one was not taken are a failure, and which one that is is told', async () => {
    const [one, two] = [suggestion(1), suggestion(2)];
    const outcomes = [
      { id: one.id, outcome: 'reviewed' },
      { id: two.id, outcome: 'conflict', detail: 'A newer proposal has taken its place.' },
    ];
    const { outcome } = await typed(`approve ${one.id} ${two.id}`, () => ({ outcomes }));
    expect(outcome).toMatchObject({ document: { outcomes }, failed: true });
    const lines = Object(outcome).lines.join('\n');
    expect(lines).toContain(codeOf(two.id));
    expect(lines).toContain('1 of 2 approved.');
  });

  it('that were all taken are no failure', async () => {
    const { outcome } = await typed('approve --payee *', there(suggestion(1)));
    expect(outcome).toMatchObject({ lines: ['1 of 1 approved.'], failed: false });
  });

  it('in a dry run are told, with what they would be taken on and nothing else', async () => {
    const [one, two] = [suggestion(1), suggestion(2)];
    const { outcome } = await typed(`reject ${one.id} --dry-run`, there(one, two));
    expect(outcome).toMatchObject({ document: { suggestions: [one] }, failed: false });
    expect(Object(outcome).lines.at(-1)).toBe('Would reject 1.');
  });

  it('in a dry run are shown as an approval would be, without the correction that was made before', async () => {
    const decided = { decidedAt: '2026-01-31T12:00:00.000Z', decidedBy: 'me' };
    const correction = { categoryId: 'fun', categoryName: 'Fun', payeeName: 'Circus', ...decided };
    const one = suggestion(1, { status: 'approved', decision: correction });
    const lines = async (command: string) => {
      const { outcome } = await typed(`${command} ${one.id} --dry-run`, there(one));
      return Object(outcome).lines.join('\n');
    };
    expect(await lines('approve')).toContain('Groceries');
    expect(await lines('approve')).not.toContain('Circus');
    expect(await lines('reject')).toContain('Circus');
  });

  it('on nothing are none, and no failure', async () => {
    const { asked, outcome } = await typed('approve --payee Aldi', there(suggestion(1)));
    expect(decidedIn(asked)).toEqual([]);
    const lines = ['There are no such pending suggestions.'];
    expect(outcome).toEqual({ document: { outcomes: [] }, lines, failed: false });
  });

  it.each(['suggestions', 'approve', 'reject --dry-run'])(
    'by confidence are said to leave those of a language model where there are no others: %s',
    async (command) => {
      const guess = suggestion(1, { proposedBy: 'model' });
      const { outcome } = await typed(`${command} --above 0.5`, there(guess));
      expect(Object(outcome).lines).toEqual([
        'There are no such pending suggestions.',
        expect.stringMatching(/^1 more say that they are at least 0.5 sure, but a language model/),
      ]);
    },
  );

  it('by confidence are said to leave those of a language model in a dry run too', async () => {
    const all = [suggestion(1), suggestion(2, { proposedBy: 'model' })];
    const { outcome } = await typed('approve --above 0.5 --dry-run', there(...all));
    expect(Object(outcome).lines.slice(-2)).toEqual([
      'Would approve 1.',
      expect.stringMatching(/^1 more say/),
    ]);
  });

  it('by confidence leave those of a language model to a person, and say how many', async () => {
    const all = [suggestion(1), suggestion(2, { proposedBy: 'model' })];
    const { asked, outcome } = await typed('approve --above 0.5', there(...all));
    expect(decidedIn(asked)).toMatchObject([{ id: all[0]?.id }]);
    expect(Object(outcome).lines.at(-1)).toContain(
      '1 more say that they are at least 0.5 sure, but a language model proposed them',
    );
  });
});
