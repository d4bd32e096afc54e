import { describe, expect, it } from 'vitest';
import { HELP } from '../../operate/jobs-help.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';
import { CLI_PAGE, fencedIn, rowsOf } from './markdown.ts';

/** The page about `npm run jobs` says what the command takes. */

const lines = fencedIn(CLI_PAGE, 'sh').flatMap((code) => code.trim().split('\n'));

/** As a shell splits it. */
const words = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const named = (text: string) => [...new Set(text.match(/--[a-z][a-z-]*/g))].sort();

describe('the page about the command line', () => {
  it('has commands', () => {
    expect(lines.length).toBeGreaterThan(5);
  });

  it.each(lines)('%s is understood', (line) => {
    const [npm, run, ...rest] = words(line.replace(' -s ', ' '));
    expect([npm, run, rest[0], rest[1]]).toEqual(['npm', 'run', 'jobs', '--']);
    expect(parseJobsOptions(rest.slice(2), '/')?.target.data).toBe('/.data');
  });

  it('has every option of the help, and no other', () => {
    const page = named([...rowsOf(CLI_PAGE)].flat(2).join(' '));
    expect(page).toEqual(named(HELP).filter((option) => option !== '--help'));
  });
});
