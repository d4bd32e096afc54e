import { describe, expect, it } from 'vitest';
import { HELP as START_HELP } from '../../local/start/options.ts';
import { FORGET_HELP } from '../../operate/forget-options.ts';
import { HELP } from '../../operate/jobs-help.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';
import { REDRIVE_HELP } from '../../operate/redrive-options.ts';
import {
  CLI_PAGE,
  fencedIn,
  HOUSEHOLD_PAGE,
  OPERATING_PAGE,
  README,
  RETENTION_PAGE,
  rowsOf,
  sectionsOf,
} from './markdown.ts';

/** The pages about commands say what these take. */

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

it.each([
  ['npm run jobs', HELP],
  ['npm run forget', FORGET_HELP],
  ['npm run redrive', REDRIVE_HELP],
])('the help of %s says what it ends with', (_command, help) => {
  expect([...help.matchAll(/\bwith (\d) when/g)].map(([, code]) => code)).toEqual(['0', '1', '2']);
});

describe.each([
  ['npm start', START_HELP, README + HOUSEHOLD_PAGE],
  ['npm run forget', FORGET_HELP, sectionsOf(RETENTION_PAGE).get("Deleting a budget's data")],
  ['npm run redrive', REDRIVE_HELP, sectionsOf(OPERATING_PAGE).get('Putting them back')],
])('the table of options of %s', (_command, help, page = '') => {
  it('has every option of the help, and no other', () => {
    const tabled = named([...rowsOf(page).keys()].join(' '));
    const options = named(help);
    expect(tabled.filter((option) => option !== '--help')).toEqual(
      options.filter((option) => option !== '--help'),
    );
  });
});
