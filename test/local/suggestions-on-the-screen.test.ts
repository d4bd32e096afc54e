import { describe, expect, it } from 'vitest';
import { Screen } from '../../local/start/screen.ts';
import { suggestion } from '../operate/suggestions.ts';

/** What the screen shows of suggestions in a terminal that is so wide. */
function shownIn(columns: number): readonly string[] {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const stream = Object.create(process.stderr, { columns: { value: columns } });
  new Screen(Object.assign(stream, { isTTY: false, write })).suggestions({
    suggestions: [suggestion(1, { reason: 'word '.repeat(30).trim() })],
    nextCursor: null,
  });
  return written.join('').split('\n').slice(0, -1);
}

describe('suggestions on the screen', () => {
  it('are a table that keeps to the width of the terminal', () => {
    const lines = shownIn(106);
    expect(lines[0]).toMatch(/^┌/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(106);
  });

  it('have lines of their own where the terminal has no room for a table', () => {
    expect(shownIn(80)).toEqual([
      'payee  amount  category  sure',
      '    reason',
      'Lidl  -12.34  Groceries  90 %',
      `    ${'word '.repeat(30).trim()}`,
    ]);
  });

  it('are a table where the terminal does not say how wide it is', () => {
    expect(shownIn(0)[0]).toMatch(/^┌/);
  });
});
