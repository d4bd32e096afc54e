import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { makeAuthority } from '../actual/certificates.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { answering, type ModelServer, startModelServer } from '../suggest/model-server.ts';
import { type Answer, signedCall } from './installation.ts';
import { exited, printed, processesOf, START, start, startWith } from './starting.ts';

/** `npm start` for one's own Actual server, which speaks HTTPS with a certificate of the household's own making. */

const ENCRYPTION_PASSWORD = 'canary of the strongbox';
/** Every day at half past the hour that it was three hours ago, in UTC: never the night's own 3:00, which has other words. */
const THREE_HOURS_AGO = `cron(30 ${(new Date().getUTCHours() + 21) % 24} * * ? *)`;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let folder: string;
let data: string;
let server: ActualServer;
let home: string;
let strongbox: string;

const inFolder = (name: string) => join(folder, name);

/** Starts on the household's server with what is said beside it. */
function startHome(...args: readonly string[]) {
  return start('--server', server.url, '--ca', inFolder('ca.pem'), '--port', '0', ...args);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'household-'));
  data = inFolder('data');
  const authority = makeAuthority('Household');
  await writeFile(inFolder('ca.pem'), authority.certificate);
  await writeFile(inFolder('other-ca.pem'), makeAuthority('Somebody').certificate);
  for (const [name, content] of [
    ['password', `${PASSWORD}\n`],
    ['wrong-password', 'battery staple\n'],
    ['strongbox', `${ENCRYPTION_PASSWORD}\n`],
  ] as const) {
    await writeFile(inFolder(name), content, { mode: 0o600 });
  }
  server = await startActualServer(authority.issue(['127.0.0.1']));
  const does = (...changes: Parameters<typeof householdDoes>[1]) =>
    householdDoes(server.url, changes, { authorityFile: inFolder('ca.pem') });
  home = await does({ do: 'create', transactions: 60 }, { do: 'reset' });
  strongbox = await does(
    { do: 'create', transactions: 40 },
    { do: 'encrypt', password: ENCRYPTION_PASSWORD },
    { do: 'reset' },
  );
});

afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

describe('the first start', () => {
  it.each([
    [['--ca', 'other-ca.pem'], /^The certificate of \S+ is not from the authority in \S+\.\n$/],
    [['--server', 'http://192.0.2.1'], /^Over http:.*--allow-http\.\n$/],
    [
      ['--password-file', 'wrong-password'],
      /^The Actual server at \S+ refused the password in \S+wrong-password\.\n$/,
    ],
    [
      ['--password-file', 'wrong-password'],
      /has refused the password in \S+ before, so it was not tried again: [^\n]+\n$/,
    ],
    [['--schedule', 'daily'], /^--schedule has to be cron[^\n]+\n$/],
    [[], /^There is no terminal to ask on: give the password in a file with --password-file\.\n$/],
  ])('with %j ends with one sentence and keeps no password', async (args, sentence) => {
    const absolute = args.map((arg) => (/^(--|http|daily)/.test(arg) ? arg : inFolder(arg)));
    const run = await startHome('--budget', home, '--data', data, '--once', '--json', ...absolute);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr.split('\n').slice(-2).join('\n')).toMatch(sentence);
    expect(await readdir(data)).not.toContain('secrets.json');
  });

  it('without the authority says how to give it', async () => {
    const args = ['--server', server.url, '--budget', home, '--data', data];
    const { code, stderr } = await start(...args, '--password-file', inFolder('password'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /authority that is not known here: give its certificate with --ca FILE\.\n$/,
    );
  });

  it('verifies the server also in a shell that verifies nobody', async () => {
    const { code, stderr } = await startWith(
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      ...['--server', server.url, '--budget', home, '--data', inFolder('verified')],
      ...['--password-file', inFolder('password'), '--once', '--port', '0'],
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('give its certificate with --ca')]);
  });

  it('for a budget that is not there names those that are', async () => {
    const args = ['--budget', UNKNOWN, '--data', data, '--password-file', inFolder('password')];
    const { code, stderr } = await startHome(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`has no budget ${UNKNOWN}; it has .*"Household \\d+" ${home}`),
    );
  });

  it('runs a job on the budget, and prints it', async () => {
    const args = ['--budget', home, '--data', data, '--password-file', inFolder('password')];
    const { code, stdout } = await startHome(...args, '--once', '--json');
    const { job } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect([code, job.status, job.budgetId]).toEqual([0, 'succeeded', home]);
    expect(job.metadata.counts.transactions).toBeGreaterThan(50);
  });
});

describe('the next starts', () => {
  let child: ChildProcess | undefined;
  let screen: string;
  let ends: Promise<number | null>;

  /** Serves from a folder, without a password given: nobody is there to be asked. */
  async function serve(from: string): Promise<void> {
    const args = [
      ...['--server', server.url, '--budget', home, '--ca', inFolder('ca.pem')],
      ...['--schedule', THREE_HOURS_AGO, '--time-zone', 'UTC'],
    ];
    const started = spawn(process.execPath, [START, ...args, '--data', from, '--port', '0']);
    child = started;
    ends = exited(started);
    screen = await printed(started, 'Try:');
  }

  async function stop(): Promise<number | null> {
    child?.kill('SIGINT');
    return ends;
  }

  // What a failed expectation left running.
  afterEach(() => void child?.kill('SIGKILL'));

  async function call(from: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const url = /The API is at (\S+)/.exec(screen)?.[1] ?? '';
    const curlrc = await readFile(join(from, 'curlrc'), 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] = /"(\w+):(\S+)"/.exec(curlrc) ?? [];
    const request = body === undefined ? {} : { body };
    return signedCall(url, method, path, request, { accessKeyId, secretAccessKey });
  }

  const jobs = async (from: string) =>
    (await call(from, 'GET', `/jobs?budgetId=${home}`)).body.jobs;

  it('ask nothing, run nothing of themselves, and serve until Ctrl-C', async () => {
    await serve(data);
    const before = await jobs(data);
    expect(before).toHaveLength(1);
    const { body } = await call(data, 'POST', '/jobs', {
      type: 'sync_and_suggest',
      budgetId: home,
    });
    const ended = await call(data, 'GET', `/jobs/${body.job.id}?wait=20`);
    expect(ended.body.job.status).toBe('succeeded');
    const seen = await promisify(execFile)('ps', ['axeww', '-o', 'args'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    // The environments of our functions are seen: then not finding the password in them means something.
    expect(seen.stdout).toMatch(/TZ=UTC/);
    expect(seen.stdout).not.toContain(PASSWORD);
    expect(screen).not.toMatch(/payee/);
    expect(await stop()).toBe(0);
    expect(await processesOf(data)).toBe('');
  });

  it('keep the password in the secrets, which only their owner can read, and nowhere else', async () => {
    const files = await readdir(data, { recursive: true, withFileTypes: true });
    const holding: string[] = [];
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      if ((await readFile(path)).includes(PASSWORD)) holding.push(path);
    }
    expect(holding).toEqual([join(data, 'secrets.json')]);
    expect((await stat(join(data, 'secrets.json'))).mode & 0o077).toBe(0);
  });

  it('go on from a copy of the folder as if it were the folder', async () => {
    const copy = inFolder('copy');
    await cp(data, copy, { recursive: true });
    await serve(copy);
    expect(await jobs(copy)).toHaveLength(2);
    const suggestions = await call(copy, 'GET', `/budgets/${home}/suggestions?status=pending`);
    expect(suggestions.body.suggestions.length).toBeGreaterThan(0);
    const { body } = await call(copy, 'POST', '/jobs', {
      type: 'sync_and_suggest',
      budgetId: home,
    });
    const ended = await call(copy, 'GET', `/jobs/${body.job.id}?wait=20`);
    expect(ended.body.job.status).toBe('succeeded');
    expect(await stop()).toBe(0);
  });

  it('do once, as soon as they are back, what a schedule asked for meanwhile', async () => {
    await serve(data);
    expect(screen).toContain(`By the schedule ${THREE_HOURS_AGO} (UTC) a job`);
    await stop();
    const positions = join(data, 'schedules.json');
    const sevenHoursAgo = new Date(Date.now() - 7 * 3_600_000).toISOString();
    const kept = await readFile(positions, 'utf8');
    await writeFile(positions, kept.replaceAll(/"\d{4}-[^"]+Z"/g, `"${sevenHoursAgo}"`));
    await serve(data);
    let scheduled: Answer['body'][] = [];
    while (scheduled.length === 0) {
      const path = `/jobs?budgetId=${home}&type=scheduled_sync_and_suggest`;
      scheduled = (await call(data, 'GET', path)).body.jobs;
    }
    const { body } = await call(data, 'GET', `/jobs/${scheduled[0].id}?wait=20`);
    expect([scheduled.length, body.job.status]).toEqual([1, 'succeeded']);
    await stop();
  });

  it('refuse the folder for another server and for the demo', async () => {
    const elsewhere = await start(
      '--server',
      'https://192.0.2.1',
      '--budget',
      home,
      '--data',
      data,
    );
    const demo = await start('--data', data);
    for (const run of [elsewhere, demo]) {
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(/^The data folder \S+ belongs to the Actual server [^\n]+\n$/);
    }
  });

  it('ask again once the server is forgotten', async () => {
    const forgotten = await start('--forget', '--data', data);
    expect(forgotten.stdout).toMatch(
      /^Forgot \S+ and its passwords; jobs and suggestions stay in /,
    );
    expect((await start('--forget', '--data', data)).code).toBe(1);
    const { stderr } = await startHome('--budget', home, '--data', data);
    expect(stderr).toMatch(/There is no terminal to ask on/);
  });
});

describe('an encrypted budget', () => {
  const args = (file: string) => [
    ...['--budget', strongbox, '--data', inFolder('strongbox-data'), '--once', '--json'],
    ...['--password-file', inFolder('password'), '--encryption-password-file', inFolder(file)],
  ];

  it('is refused with a password that does not open it', async () => {
    const { code, stderr } = await startHome(...args('wrong-password'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `--encryption-password-file: the password does not open the budget ${strongbox}\\.\n$`,
      ),
    );
  });

  it('is synced with the one that does, which is asked for once', async () => {
    const first = await startHome(...args('strongbox'));
    const again = args('strongbox').slice(0, 6);
    const second = await startHome(...again);
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
    const { url: address } = model;
    const config = { model: { provider: 'openai', modelId: 'm', address } };
    await writeFile(inFolder('model.json'), JSON.stringify(config));
  });

  afterAll(() => model?.close());

  it('is asked with the key that was given once', async () => {
    const stranger = await householdDoes(
      server.url,
      [{ do: 'create', transactions: 0 }, { do: 'spend', payee: 'Velo Meier' }, { do: 'reset' }],
      { authorityFile: inFolder('ca.pem') },
    );
    const args = ['--budget', stranger, '--data', inFolder('model-data'), '--once', '--json'];
    const config = ['--config', inFolder('model.json')];
    const password = ['--password-file', inFolder('password')];
    const key = ['--model-key-file', inFolder('model-key')];
    for (const more of [key, []]) {
      const { code, stdout } = await startHome(...args, ...config, ...password, ...more);
      const { job } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect([code, job.status]).toEqual([0, 'succeeded']);
    }
    expect(model.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`]);
    expect(model.requests[0]?.text).toContain('Velo Meier');
  });
});

describe('logins', () => {
  let plain: ActualServer;
  let proxy: MishapProxy;

  beforeAll(async () => {
    plain = await startActualServer();
    proxy = await proxyTo(plain.url);
  });

  afterAll(async () => {
    await proxy?.close();
    await plain?.remove();
  });

  it('are one for all starts and jobs, and none for a password that was refused', async () => {
    const budget = await householdDoes(plain.url, [
      { do: 'create', transactions: 20 },
      { do: 'reset' },
    ]);
    const run = (...more: readonly string[]) =>
      start(
        ...['--server', proxy.url, '--budget', budget, '--data', inFolder('logins'), '--once'],
        ...['--port', '0', ...more],
      );
    const logins = () => proxy.paths.filter((path) => path.endsWith('/account/login')).length;
    const wrong = ['--password-file', inFolder('wrong-password')];
    expect((await run(...wrong)).code).toBe(1);
    expect((await run(...wrong)).code).toBe(1);
    expect(logins()).toBe(1);
    expect((await run('--password-file', inFolder('password'))).code).toBe(0);
    expect((await run()).code).toBe(0);
    expect((await run('--password-file', inFolder('password'))).code).toBe(0);
    expect(logins()).toBe(2);
  });

  it('take no password from a file that others can read', async () => {
    await writeFile(inFolder('open'), PASSWORD);
    await chmod(inFolder('open'), 0o640);
    const args = ['--server', proxy.url, '--budget', UNKNOWN, '--data', inFolder('open-data')];
    const { stderr } = await start(...args, '--password-file', inFolder('open'));
    expect(stderr).toMatch(
      /^--password-file: others may read \S+; make it yours with chmod 600\.\n$/,
    );
  });
});
