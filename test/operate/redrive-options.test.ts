import { describe, expect, it } from 'vitest';
import { OptionError } from '../../operate/options.ts';
import { parseRedriveOptions } from '../../operate/redrive-options.ts';

/** What `npm run redrive` takes from its command line. */

const parse = (line: string) => parseRedriveOptions(line.split(' ').filter(Boolean), '/home/me');

describe('the options of redrive', () => {
  it.each([
    ['', { stackName: 'ActualJobs', dryRun: false, data: undefined }],
    ['--stack Mine --dry-run', { stackName: 'Mine', dryRun: true, data: undefined }],
    ['--data .data', { stackName: 'ActualJobs', dryRun: false, data: '/home/me/.data' }],
  ])('say which stack, and whether letters are only counted: %j', (line, options) => {
    expect(parse(line)).toEqual(options);
  });

  it('ask for help', () => {
    expect(parse('--help')).toBeUndefined();
  });

  it.each(['--all', 'Mine'])('are no others: %s', (line) => {
    expect(() => parse(line)).toThrow(OptionError);
  });
});
