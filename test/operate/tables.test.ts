import Table from 'cli-table3';
import { describe, expect, it, vi } from 'vitest';
import { codeOf } from '../../operate/choosing.ts';
import { decisionLines, suggestionTable } from '../../operate/tables.ts';
import { uuid } from '../domain/builders.ts';
import { paidTo, proposed, suggestion } from './suggestions.ts';

/** What a person reads of suggestions at a terminal. */

const WIDTH = 140;
const shown = (...suggestions: Parameters<typeof suggestionTable>[0]) =>
  suggestionTable(suggestions, WIDTH).join('\n');
const decided = (categoryId: string) => ({
  categoryId,
  categoryName: null,
  payeeName: 'Corner Shop',
  decidedAt: '2026-01-31T12:00:00.000Z',
  decidedBy: 'somebody',
});

describe('a suggestion in a table', () => {
  it('shows its code, date, payee, amount, category, confidence and reason', () => {
    const one = suggestion(1);
    for (const word of [codeOf(one.id), '2026-01-31', 'Lidl', '-12.34', 'Groceries', '90 %']) {
      expect(shown(one)).toContain(` ${word} `);
    }
    expect(shown(one)).toContain('because');
  });

  it('shows what was decided in place of what was proposed, by its name where one is known', () => {
    const fuel = suggestion(2, { proposals: [proposed('Fuel', 0.5)] });
    const corrected = suggestion(1, { status: 'approved', decision: decided('id of Fuel') });
    expect(shown(corrected, fuel)).not.toMatch(/Groceries|id of Fuel/);
    expect(shown(corrected, fuel)).toContain('Lidl → Corner Shop');
    expect(shown(suggestion(1, { decision: decided('unheard of') }))).toContain('unheard of');
  });

  it('is as sure as what was decided was proposed, not as what it was decided against', () => {
    const proposals = [proposed('Groceries', 0.9), proposed('Fuel', 0.07)];
    const second = suggestion(1, { proposals, decision: decided('id of Fuel') });
    expect(shown(second)).toContain(' 7 % ');
    const another = suggestion(1, { proposals, decision: decided('id of Rent') });
    expect(shown(another)).not.toContain('%');
  });

  it('shows the payee that is proposed beside that of the bank', () => {
    expect(shown(suggestion(1, { payeeName: 'Aldi' }))).toContain(' Lidl → Aldi ');
  });

  it('has its amount under those of others by the last digit, and so how sure it is', () => {
    const transaction = { ...suggestion(2).transaction, amount: -123456 };
    const other = suggestion(2, { transaction, proposals: [proposed('Fuel', 0.07)] });
    expect(shown(suggestion(1), other)).toMatch(/│ +-12\.34 │.*\n.*│ -1234\.56 │/);
    expect(shown(suggestion(1), other)).toMatch(/│ 90 % │.*\n.*│ {2}7 % │/);
  });

  it('says what a language model proposed', () => {
    expect(shown(suggestion(1, { proposedBy: 'model' }))).toContain('(language model) because');
  });

  it('says why the last apply left it as it was', () => {
    const at = '2026-01-31T12:00:00.000Z';
    const left = suggestion(1, { status: 'approved', lastOutcome: { code: 'CATEGORY_GONE', at } });
    expect(shown(left)).toContain('(not applied: CATEGORY_GONE) because');
  });

  it('obeys no character of a payee', () => {
    expect(shown(suggestion(1, { transaction: paidTo('a\u001b[2Jb\nc') }))).toContain('a [2Jb c');
  });

  it('obeys no character of a category, nor of a reason', () => {
    const proposals = [proposed('Gro\u001bceries', 0.9)];
    const hostile = suggestion(1, { proposals, reason: 'be\u001bcause' });
    expect(shown(hostile)).not.toContain('\u001b');
  });

  it('is cut at no wide character that there is room for', () => {
    const wide = suggestion(1, {
      transaction: paidTo('スーパーマーケット'),
      proposals: [proposed('食料品と日用品', 0.5)],
    });
    for (const word of ['スーパーマーケット', '食料品と日用品']) {
      expect(shown(wide)).toContain(` ${word} `);
    }
  });

  it('keeps to the width of the terminal, and wraps the reason', () => {
    const long = suggestion(1, { reason: 'word '.repeat(60) });
    for (const line of suggestionTable([long], 120)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('has lines of its own where the terminal has no room for the table, which would break each of its lines', () => {
    const one = suggestion(1, { reason: '3 of 4 past transactions at “Lidl” are Groceries' });
    expect(suggestionTable([one], 80)).toEqual([
      'id  date  payee  amount  category  sure',
      '    reason',
      `${codeOf(one.id)}  2026-01-31  Lidl  -12.34  Groceries  90 %`,
      '    3 of 4 past transactions at “Lidl” are Groceries',
    ]);
  });

  it('has one line where there is nothing to say in the last column', () => {
    const one = suggestion(1, { reason: '' });
    expect(suggestionTable([one], 40).at(-1)).toContain('Lidl');
  });

  it('is in a table that has just room for it', () => {
    const [border = ''] = suggestionTable([suggestion(1)], 80);
    expect(border).toMatch(/^┌─+(┬─+){6}┐$/);
    expect(border.length).toBeLessThanOrEqual(80);
  });
});

describe('a table of many rows', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => suggestion(n));

  it('has one heading and one border around all of them, in their order', () => {
    const [border, head, ...lines] = suggestionTable(many(250), WIDTH);
    expect([border, head, lines.pop()]).toEqual([
      expect.stringMatching(/^┌/),
      expect.stringContaining(' reason '),
      expect.stringMatching(/^└/),
    ]);
    expect(lines.map((line) => line.slice(2, 10))).toEqual(many(250).map(({ id }) => codeOf(id)));
  });

  it('has columns as wide as the widest of all its rows needs them', () => {
    const wide = suggestion(250, { transaction: paidTo('A shop with a long name') });
    const [border, ...lines] = suggestionTable([...many(249), wide], WIDTH);
    expect(lines.join('\n')).toContain(' A shop with a long name ');
    expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([border?.length]));
  });

  it('is drawn a hundred rows at a time: the time that many take at once grows with their square', () => {
    const drawing = vi.spyOn(Table.prototype, 'toString');
    suggestionTable(many(250), WIDTH);
    const sizes = drawing.mock.contexts.map((drawn) => Object(drawn).length);
    drawing.mockRestore();
    expect(Math.max(...sizes)).toBe(100);
  });
});

describe('decisions', () => {
  const there = [suggestion(1), suggestion(2)];
  const reviewed = { id: `${uuid(1)}.1`, outcome: 'reviewed', suggestion: suggestion(1) } as const;
  const stale = { id: `${uuid(2)}.2`, outcome: 'stale', detail: 'A newer one is there.' } as const;

  it('are counted where all were taken', () => {
    expect(decisionLines('approve', [reviewed], there, WIDTH)).toEqual(['1 of 1 approved.']);
  });

  it('are told one by one where they were not, with the payee and the reason', () => {
    const lines = decisionLines('reject', [reviewed, stale], there, WIDTH);
    expect(lines.at(-1)).toBe('1 of 2 rejected.');
    for (const word of [codeOf(stale.id), 'Lidl', 'stale', 'A newer one is there.']) {
      expect(lines.join('\n')).toContain(word);
    }
    expect(lines.join('\n')).not.toContain(codeOf(reviewed.id));
  });

  it('obey no character of a payee', () => {
    const payee = suggestion(2, { transaction: paidTo('a\u001bb') });
    expect(decisionLines('approve', [stale], [payee], WIDTH).join('\n')).toContain('a b');
  });
});
