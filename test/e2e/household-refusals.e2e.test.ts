import { mkdtemp, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Household, makeHousehold } from './household.ts';
import { start, startWith } from './starting.ts';

/** What the first `npm start` for one's own Actual server refuses, and what it says. */

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let household: Household;
let home: string;

const inFolder = (name: string) => household.inFolder(name);
const newFolder = () => mkdtemp(inFolder('data-'));

beforeAll(async () => {
  household = await makeHousehold();
  home = household.home;
});

afterAll(() => household?.remove());

describe('the first start', () => {
  it.each([
    [
      ['--ca', 'other-ca.pem'],
      /^The certificate of \S+ .+ not from the authority in HERE\/other-ca\.pem\.\n$/,
    ],
    [['--server', 'http://192.0.2.1'], /^Over http:.*--allow-http\.\n$/],
    [
      ['--password-file', 'wrong-password'],
      /^The Actual server at \S+ refused the password in HERE\/wrong-password\.\n$/,
    ],
    [['--schedule', 'daily'], /^--schedule has to be cron[^\n]+\n$/],
    [[], /^There is no terminal to ask on: give the password in a file with --password-file\.\n$/],
  ])('with %j ends with one sentence and keeps no password', async (more, sentence) => {
    const absolute = more.map((arg) => (/^(--|http|daily)/.test(arg) ? arg : inFolder(arg)));
    const data = await newFolder();
    const args = ['--budget', home, '--data', data, '--once', '--json'];
    const run = await household.start(...args, ...absolute);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    const said = run.stderr.replaceAll(inFolder(''), 'HERE');
    expect(said.split('\n').slice(-2).join('\n')).toMatch(sentence);
    expect(await readdir(data)).not.toContain('secrets.json');
  });

  it('tries a password that was refused no second time', async () => {
    const data = await newFolder();
    const args = ['--budget', home, '--data', data, '--once'];
    const again = [...args, '--password-file', inFolder('wrong-password')];
    await household.start(...again);
    const { code, stderr } = await household.start(...again);
    expect([code, stderr.replaceAll(inFolder(''), 'HERE')]).toEqual([
      1,
      expect.stringMatching(
        /has refused the password in HERE\/wrong-password before, so it was not tried again: [^\n]+\n$/,
      ),
    ]);
    expect(await readdir(data)).not.toContain('secrets.json');
  });

  it('without the authority says how to give it', async () => {
    const args = ['--server', household.server.url, '--budget', home, '--data', await newFolder()];
    const { code, stderr } = await start(...args, '--password-file', inFolder('password'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /authority that is not known here: give its certificate with --ca FILE\.\n$/,
    );
  });

  it('verifies the server also in a shell that verifies nobody', async () => {
    const { code, stderr } = await startWith(
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      ...['--server', household.server.url, '--budget', home, '--data', await newFolder()],
      ...['--password-file', inFolder('password'), '--once', '--port', '0'],
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('give its certificate with --ca')]);
  });

  it('for a budget that is not there names those that are', async () => {
    const data = await newFolder();
    const args = ['--budget', UNKNOWN, '--data', data, '--password-file', inFolder('password')];
    const { code, stderr } = await household.start(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`has no budget ${UNKNOWN}; it has .*"Household \\d+" ${home}`),
    );
  });
});
