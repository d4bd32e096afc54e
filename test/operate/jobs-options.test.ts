import { describe, expect, it } from 'vitest';
import { HELP } from '../../operate/jobs-help.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';
import { OptionError } from '../../operate/options.ts';

/** What `npm run jobs` takes from its command line. */

const parse = (line: string) => parseJobsOptions(line.split(' ').filter(Boolean), '/home/me');
const command = (line: string) => parse(line)?.command;

describe('a command line', () => {
  it.each(['', '--help', 'help', 'list --help', 'approve a.1 --help'])(
    'asks for help: %j',
    (line) => {
      expect(parse(line)).toBeUndefined();
    },
  );

  it('says where: the stack on AWS unless told otherwise', () => {
    expect(parse('list')).toMatchObject({
      target: { stackName: 'ActualJobs', data: undefined, url: undefined },
      json: false,
    });
    expect(parse('list --data .data --json --budget b')).toMatchObject({
      target: { data: '/home/me/.data' },
      budget: 'b',
      json: true,
    });
    expect(parse('list --stack Mine')).toMatchObject({ target: { stackName: 'Mine' } });
    expect(parse('list --url https://a.b --region r --token-file t')?.target).toMatchObject({
      url: 'https://a.b',
      region: 'r',
      tokenFile: '/home/me/t',
    });
  });

  it.each([
    ['list', { kind: 'list', limit: 20 }],
    ['list --type budget_sync --status failed --limit 500', { type: 'budget_sync', limit: 500 }],
    ['show j', { kind: 'show', jobId: 'j', events: false, wait: false }],
    ['show j --events --wait', { events: true, wait: true }],
    ['suggestions', { kind: 'suggestions', filter: {}, status: 'pending', limit: 100 }],
    ['suggestions --above 0.9 --payee x', { filter: { above: 0.9, payee: 'x' } }],
    ['approve a.1 b.2', { kind: 'approve', ids: ['a.1', 'b.2'], filter: {}, dryRun: false }],
    ['approve --category Fuel --dry-run', { ids: [], filter: { category: 'Fuel' }, dryRun: true }],
    ['approve a.1 --to-category c --to-payee p', { toCategory: 'c', toPayee: 'p' }],
    ['reject --above 0', { kind: 'reject', filter: { above: 0 } }],
    ['apply', { kind: 'apply', ids: [], wait: true }],
    ['apply --above 0.95 --no-wait', { above: 0.95, wait: false }],
    ['cancel j', { kind: 'cancel', jobId: 'j' }],
    ['retry j', { kind: 'retry', jobId: 'j', wait: true }],
  ])('%s', (line, expected) => {
    expect(command(line)).toMatchObject(expected);
  });

  it.each([
    ['frob', 'There is no command frob'],
    ['constructor', 'There is no command constructor'],
    ['list --frob', "Unknown option '--frob'"],
    ['list x', 'list takes nothing beside options'],
    ['list --above 0.9', '--above does not go with list'],
    ['list --limit 0', '--limit has to be a whole number from 1 to 1000'],
    ['list --limit 1001', '--limit has to be a whole number from 1 to 1000'],
    ['list --limit 1e2', '--limit has to be a whole number'],
    ['list --type toString', '--type has to be one of budget_sync'],
    ['list --type sync', '--type has to be one of budget_sync'],
    ['list --status pending', '--status has to be one of queued'],
    ['suggestions --status queued', '--status has to be one of pending'],
    ['list --data d --url u', 'Give one of --stack, --data and --url'],
    ['list --stack s --data d', 'Give one of --stack, --data and --url'],
    ['list --stack s --region eu-west-1', '--region goes with --url'],
    ['show', 'show takes the id of one job'],
    ['cancel a b', 'cancel takes the id of one job'],
    ['approve', 'approve takes either ids'],
    ['approve a.1 --payee x', 'approve takes either ids'],
    ['reject a.1 --to-payee x', '--to-payee does not go with reject'],
    ['reject a.1 --to-category c', '--to-category does not go with reject'],
    ['apply --dry-run', '--dry-run does not go with apply'],
    ['cancel j --dry-run', '--dry-run does not go with cancel'],
    ['retry j --dry-run', '--dry-run does not go with retry'],
    ['approve --above=-0.1', '--above has to be a confidence from 0 to 1'],
    ['approve --above 90', '--above has to be a confidence from 0 to 1'],
    ['approve --above=', '--above has to be a confidence from 0 to 1'],
    ['apply a.1 --above 0.9', '--above does not go with ids'],
  ])('is refused: %s', (line, message) => {
    expect(() => parse(line)).toThrow(OptionError);
    expect(() => parse(line)).toThrow(message);
  });

  it('that names a job by an empty text, as with a variable that is not set, is refused', () => {
    expect(() => parseJobsOptions(['cancel', ''], '/')).toThrow('cancel takes the id of one job');
  });

  it('has each of its options in the help', () => {
    for (const option of ['stack', 'data', 'url', 'region', 'token-file', 'budget', 'json']) {
      expect(HELP).toContain(`--${option}`);
    }
  });
});
