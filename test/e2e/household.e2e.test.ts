import { execFile } from 'node:child_process';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../actual/actual-server.ts';
import { HOUSEHOLD_PAGE, rowsOf, sectionsOf } from '../docs/markdown.ts';
import { answering, type ModelServer, startModelServer } from '../suggest/model-server.ts';
import { type Household, makeHousehold } from './household.ts';
import type { Answer } from './installation.ts';
import { Serving } from './serving.ts';
import { processesOf, type Run, start } from './starting.ts';

/** `npm start` for one's own Actual server, which speaks HTTPS with a certificate of the household's own making. */

/** Every day at half past the hour that it was three hours ago, in UTC: never the night's own 3:00, which has other words. */
const THREE_HOURS_AGO = `cron(30 ${(new Date().getUTCHours() + 21) % 24} * * ? *)`;

let household: Household;
let home: string;
/** What the first start left: each test that changes it has a copy. */
let data: string;
let first: Run;

const inFolder = (name: string) => household.inFolder(name);
const startHome = (...args: readonly string[]) => household.start(...args);

beforeAll(async () => {
  household = await makeHousehold();
  home = household.home;
  data = inFolder('data');
  const args = ['--budget', home, '--data', data, '--password-file', inFolder('password')];
  first = await startHome(...args, '--once', '--json');
});

afterAll(() => household?.remove());

describe('the first start', () => {
  it('runs a job on the budget, and prints it', () => {
    const { job } = JSON.parse(first.stdout.trim().split('\n').at(-1) ?? '');
    expect([first.code, job.status, job.budgetId]).toEqual([0, 'succeeded', home]);
    expect(job.metadata.counts.transactions).toBeGreaterThan(50);
  });

  it('keeps the password in the secrets, which only their owner can read, and nowhere else', async () => {
    expect(await holding(PASSWORD, data)).toEqual([join(data, 'secrets.json')]);
    expect((await stat(join(data, 'secrets.json'))).mode & 0o077).toBe(0);
  });

  it('leaves in the data folder what the page for households says of it, and nothing else', async () => {
    const table = sectionsOf(HOUSEHOLD_PAGE).get('What lies in the data folder') ?? '';
    const cells = [...rowsOf(table).keys()].join(' ');
    const told = [...cells.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace('/', ''));
    // What SQLite has beside a database is the database's.
    const left = (await readdir(data)).map((name) => name.replace(/-(wal|shm|journal)$/, ''));
    const onlyThen = ['notices.log', 'refused-password'];
    expect([...new Set([...left, ...onlyThen])].sort()).toEqual([...told].sort());
  });
});

/** The files of a folder that hold a text. */
async function holding(text: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const held = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(text)));
  return paths.filter((_path, index) => held[index]);
}

describe('the next starts', () => {
  let stack: Serving | undefined;

  /** @returns a copy of what the first start left. */
  async function copied(name: string): Promise<string> {
    await cp(data, inFolder(name), { recursive: true });
    return inFolder(name);
  }

  /** Serves from a folder, without a password given: nobody is there to be asked. */
  async function serve(from: string): Promise<Serving> {
    const args = [
      ...['--server', household.server.url, '--budget', home, '--ca', inFolder('ca.pem')],
      ...['--schedule', THREE_HOURS_AGO, '--time-zone', 'UTC'],
    ];
    stack = new Serving(from, ...args);
    await stack.ready();
    return stack;
  }

  afterEach(() => stack?.kill());

  /** Creates a job and waits for how it ends. */
  async function endOfJob(of: Serving): Promise<string> {
    const created = await of.call('POST', '/jobs', { type: 'sync_and_suggest', budgetId: home });
    return (await of.ended(created.body.job.id)).job.status;
  }

  const jobs = async (of: Serving) => (await of.call('GET', `/jobs?budgetId=${home}`)).body.jobs;

  it('ask nothing, run nothing of themselves, show the password to nobody, and serve until Ctrl-C', async () => {
    const folder = await copied('served');
    const served = await serve(folder);
    expect(await jobs(served)).toHaveLength(1);
    expect(await endOfJob(served)).toBe('succeeded');
    const seen = await promisify(execFile)('ps', ['axeww', '-o', 'args'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    // The environments of our functions are seen: then not finding the password in them means something.
    expect(seen.stdout).toMatch(/TZ=UTC/);
    expect(seen.stdout).not.toContain(PASSWORD);
    expect(served.screen).not.toMatch(/payee/);
    expect(await served.stop()).toBe(0);
    expect(await processesOf(folder)).toBe('');
    expect(await holding(PASSWORD, folder)).toEqual([join(folder, 'secrets.json')]);
  });

  it('go on from a copy of the folder as if it were the folder', async () => {
    const served = await serve(await copied('copy'));
    expect(await jobs(served)).toHaveLength(1);
    const suggestions = await served.call('GET', `/budgets/${home}/suggestions?status=pending`);
    expect(suggestions.body.suggestions.length).toBeGreaterThan(0);
    expect(await endOfJob(served)).toBe('succeeded');
    expect(await served.stop()).toBe(0);
  });

  it('do once, as soon as they are back, what a schedule asked for meanwhile', async () => {
    const late = await copied('late');
    const before = await serve(late);
    expect(before.screen).toContain(`By the schedule ${THREE_HOURS_AGO} (UTC) a job`);
    await before.stop();
    const positions = join(late, 'schedules.json');
    const sevenHoursAgo = new Date(Date.now() - 7 * 3_600_000).toISOString();
    const kept = await readFile(positions, 'utf8');
    await writeFile(positions, kept.replaceAll(/"\d{4}-[^"]+Z"/g, `"${sevenHoursAgo}"`));
    const served = await serve(late);
    let scheduled: Answer['body'][] = [];
    while (scheduled.length === 0) {
      const path = `/jobs?budgetId=${home}&type=scheduled_sync_and_suggest`;
      scheduled = (await served.call('GET', path)).body.jobs;
    }
    const { job } = await served.ended(scheduled[0].id);
    expect([scheduled.length, job.status]).toEqual([1, 'succeeded']);
    await served.stop();
  });

  it('refuse the folder for another server and for the demo', async () => {
    const other = ['--server', 'https://192.0.2.1', '--budget', home];
    const elsewhere = await start(...other, '--data', data);
    const demo = await start('--data', data);
    for (const run of [elsewhere, demo]) {
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr.replace(data, 'HERE')).toMatch(
        /^The data folder HERE belongs to the Actual server [^\n]+\n$/,
      );
    }
  });

  it('ask again once the server is forgotten', async () => {
    const left = await copied('left');
    const forgotten = await start('--forget', '--data', left);
    expect(forgotten.stdout).toMatch(
      /^Forgot \S+ and its passwords; jobs and suggestions stay in /,
    );
    expect((await start('--forget', '--data', left)).code).toBe(1);
    const { stderr } = await startHome('--budget', home, '--data', left);
    expect(stderr).toMatch(/There is no terminal to ask on/);
  });
});

describe('an encrypted budget', () => {
  let strongbox: string;

  beforeAll(async () => {
    strongbox = await household.encrypted();
  });

  const args = (folder: string, file: string) => [
    ...['--budget', strongbox, '--data', inFolder(folder), '--once', '--json'],
    ...['--password-file', inFolder('password'), '--encryption-password-file', inFolder(file)],
  ];

  it('is refused with a password that does not open it', async () => {
    const { code, stderr } = await startHome(...args('refused', 'wrong-password'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `--encryption-password-file: the password does not open the budget ${strongbox}\\.\n$`,
      ),
    );
  });

  it('is synced with the one that does, which is asked for once', async () => {
    const first = await startHome(...args('opened', 'strongbox'));
    const second = await startHome(...args('opened', 'strongbox').slice(0, 6));
    for (const { code, stdout } of [first, second]) {
      const { job } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect([code, job.status]).toEqual([0, 'succeeded']);
    }
  });
});

describe('a language model', () => {
  const KEY = 'canary-of-the-model-key';
  let model: ModelServer;

  beforeAll(async () => {
    model = await startModelServer(answering('Food at home'));
    await writeFile(inFolder('model-key'), `${KEY}\n`, { mode: 0o600 });
    const config = { model: { provider: 'openai', modelId: 'm', address: model.url } };
    await writeFile(inFolder('model.json'), JSON.stringify(config));
  });

  afterAll(() => model?.close());

  it('is asked with the key that was given once', async () => {
    const stranger = await household.does(
      { do: 'create', transactions: 0 },
      { do: 'spend', payee: 'Velo Meier' },
      { do: 'reset' },
    );
    const args = ['--budget', stranger, '--data', inFolder('model-data'), '--once', '--json'];
    const config = ['--config', inFolder('model.json'), '--password-file', inFolder('password')];
    const key = ['--model-key-file', inFolder('model-key')];
    for (const more of [key, []]) {
      const { code, stdout } = await startHome(...args, ...config, ...more);
      const { job } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect([code, job.status]).toEqual([0, 'succeeded']);
    }
    expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`]);
    expect(model.requests[0]?.text).toContain('Velo Meier');
  });
});
