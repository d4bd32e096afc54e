import { describe, expect, it } from 'vitest';
import { wholeNumbers } from '../../trials/options.ts';

const DEFAULTS = { kills: 100, seed: 7 };

describe('options of a trial', () => {
  it('are as by default unless given', () => {
    expect(wholeNumbers([], DEFAULTS)).toEqual(DEFAULTS);
    expect(wholeNumbers(['--kills', '3'], DEFAULTS)).toEqual({ kills: 3, seed: 7 });
  });

  it.each([
    [['--kills', 'many'], '--kills has to be a whole number.'],
    [['--seed', '-1'], 'The options are --kills N and --seed N.'],
    [['--kill', '3'], 'The options are --kills N and --seed N.'],
    [['3'], 'The options are --kills N and --seed N.'],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => wholeNumbers(args, DEFAULTS)).toThrow(new RangeError(sentence));
  });
});
