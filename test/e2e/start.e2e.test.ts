import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Serving } from './serving.ts';
import { exited, printed, processesOf, type Run, START, start, startWith } from './starting.ts';

/** `npm start`, as a person starts it. */

/** An address where nobody answers. */
const NOBODY = 'http://127.0.0.1:9';

let project: string;
let data: string;
let first: Run;

/** The data lies inside of an ES module project, as it does when nobody says otherwise. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'start-'));
  await writeFile(join(project, 'package.json'), '{"type":"module"}');
  data = join(project, 'data');
  first = await start('--once', '--json', '--data', data, '--port', '0');
});

/** `npm run redrive` for the stack that runs in the data folder. */
function redrive(): Promise<string> {
  const command = join(import.meta.dirname, '../../operate/redrive.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [command, '--data', data], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

afterAll(() => rm(project, { recursive: true, force: true, maxRetries: 3 }));

describe('npm start -- --once --json', () => {
  it('prints the succeeded job on its last line and ends with 0', () => {
    const { job, steps } = JSON.parse(first.stdout.trim().split('\n').at(-1) ?? '');
    expect([first.code, job.status]).toEqual([0, 'succeeded']);
    expect(steps.map((step: { status: string }) => step.status)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(job.metadata.counts).toMatchObject({ accounts: 11, transactions: 1485 });
    expect(job.metadata.counts.suggestions).toBeGreaterThan(50);
  });

  it('keeps credentials for SDKs and curl that only their owner can read', async () => {
    const files = ['credentials', 'curlrc', 'aws-config', 'secrets.json', 'actual/password'];
    for (const file of files) {
      expect((await stat(join(data, file))).mode & 0o077).toBe(0);
    }
    expect(await readFile(join(data, 'credentials'), 'utf8')).toMatch(
      /^\[default\]\naws_access_key_id = \S+\naws_secret_access_key = \S+\n$/,
    );
  });

  it('keeps nothing that a copy of it would show to others', async () => {
    // What is synthesized is code that everybody has.
    const isKept = (name: string) => !name.startsWith('cdk.out');
    const kept = (await readdir(data, { recursive: true })).filter(isKept);
    const modes = await Promise.all(
      kept.map(async (name) => ({ name, others: (await lstat(join(data, name))).mode & 0o077 })),
    );
    expect(kept).toContain('dynamodb.sqlite');
    expect(modes.filter(({ others }) => others !== 0)).toEqual([]);
  });

  it('leaves no process behind', async () => {
    expect(await processesOf(data)).toBe('');
  });
});

describe('npm start', () => {
  it('shows the proposals, serves until Ctrl-C, and then ends at once with all it started', async () => {
    const template = join(data, 'cdk.out/ActualJobs.template.json');
    const synthesized = (await stat(template)).mtimeMs;
    const served = new Serving(data);
    await served.ready();
    expect((await stat(template)).mtimeMs, 'synthesized again').toBe(synthesized);
    expect(served.screen).toContain('state Suggestions');
    expect(served.screen).toMatch(/payee.*amount.*category.*reason/);
    const path = /(\/jobs\/[0-9a-f-]+)'/.exec(served.screen)?.[1] ?? '';
    const answer = await served.call('GET', path);
    expect(answer.body.job.status).toBe('succeeded');
    expect(await redrive()).toMatch(/DeadLetters\w+: no dead letters\n/);

    expect(await served.stop()).toBe(0);
    expect(await processesOf(data)).toBe('');
    expect(await redrive()).toContain('is npm start running with this data folder?');
  });

  it.each([
    ['Ctrl-C, which all its processes hear', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['a signal that npm alone hears', (pid: number) => process.kill(pid, 'SIGTERM')],
  ])('ends in good order after %s', async (_what, signal) => {
    const args = ['start', '--', '--data', data, '--port', '0'];
    const npm = spawn('npm', args, { cwd: join(import.meta.dirname, '../..'), detached: true });
    await printed(npm, 'Try:');
    const end = exited(npm);
    signal(npm.pid ?? 0);
    expect(await end).toBe(0);
    expect(await processesOf(data)).toBe('');
  });

  it('ends with an error when its database does, for whoever looks after it to start it again', async () => {
    const child = spawn(process.execPath, [START, '--data', data, '--port', '0']);
    await printed(child, 'Try:');
    const said = text(child.stderr);
    const end = exited(child);
    const lines = (await processesOf(data)).split('\n');
    const database = lines.find(
      (line) => / \S+dynoxide serve /.test(line) && !line.includes('guard'),
    );
    process.kill(Number.parseInt(database ?? '', 10), 'SIGKILL');
    expect(await end).toBe(1);
    expect(await said).toBe(
      'The database of the stack has ended. Nothing is lost: start it again.\n',
    );
    expect(await processesOf(data)).toBe('');
  });

  it('ends in good order in the middle of a job, together with the Actual server that the job asks', async () => {
    const child = spawn(process.execPath, [START, '--data', data, '--port', '0']);
    const complaints = text(child.stderr);
    await printed(child, 'is queued');
    const end = exited(child);
    child.kill('SIGINT');
    expect([await end, await complaints]).toEqual([0, '']);
    expect(await processesOf(data)).toBe('');
  });

  it.each([
    ['AWS', { AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_RETRY_MODE: 'none' }],
    ['proxies', { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: NOBODY, http_proxy: NOBODY }],
  ])('calls what is on this machine, whatever the shell has of %s', async (_what, variables) => {
    const { code, stderr } = await startWith(variables, '--once', '--data', data, '--port', '0');
    expect([code, stderr]).toEqual([0, '']);
  });

  it('refuses a data folder that another start uses, in one sentence', async () => {
    const child = spawn(process.execPath, [START, '--data', data, '--port', '0']);
    await printed(child, 'Try:');
    const second = await start('--once', '--data', data, '--port', '0');
    const end = exited(child);
    child.kill('SIGTERM');
    await end;
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr.replace(data, 'HERE')).toMatch(
      /^The data folder HERE is in use by another start; [^\n]+\n$/,
    );
  });

  it('refuses a port that is taken, in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await start('--once', '--data', data, '--port', String(port));
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} is in use; choose another with --port.\n`);
  });

  it.each([
    [
      'secrets.json',
      '{"half":"canary',
      /^The secrets in HERE\/secrets\.json cannot be read: [^\n]+\n$/,
    ],
    [
      'dynamodb.sqlite',
      'canary'.repeat(999),
      /^The database HERE\/dynamodb\.sqlite cannot be opened: [^\n]+\n$/,
    ],
  ])(
    'says of a damaged %s in one sentence what helps, and nothing of what is in it',
    async (name, content, sentence) => {
      const damaged = join(project, 'damaged');
      await cp(data, damaged, { recursive: true });
      await rm(join(damaged, `${name}-wal`), { force: true });
      await writeFile(join(damaged, name), content);
      const { code, stderr } = await start('--once', '--data', damaged, '--port', '0');
      await rm(damaged, { recursive: true });
      expect([code, stderr.replace(damaged, 'HERE')]).toEqual([1, expect.stringMatching(sentence)]);
      expect(stderr).not.toContain('canary');
    },
  );

  it.runIf(existsSync('/dev/full'))('says in one sentence that the disk is full', async () => {
    const full = join(project, 'full');
    await mkdir(full);
    await symlink('/dev/full', join(full, 'curlrc'));
    const { code, stderr } = await start('--once', '--data', full, '--port', '0');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The disk is full: [^\n]+\n$/)]);
  });

  it.each([
    [['--once', '--data', '/proc/nowhere'], 'cannot be made: choose another'],
    [['--port', 'many'], '--port has to be a number'],
    [['--sometimes'], "Unknown option '--sometimes'"],
    [['--json'], '--json goes with --once'],
  ])('refuses %j in one sentence', async (args, reason) => {
    const { code, stderr } = await start(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('forgets nothing in a folder that no start has made, and leaves it as it is', async () => {
    const letters = join(project, 'letters');
    const letter = join(letters, 'letter.txt');
    await mkdir(letters);
    await writeFile(letter, '');
    const { mode } = await stat(letter);
    const { stderr } = await start('--forget', '--data', letters);
    expect(stderr).toBe(`The data folder ${letters} keeps no server to forget.\n`);
    expect(await readdir(letters)).toEqual(['letter.txt']);
    expect((await stat(letter)).mode).toBe(mode);
  });

  it('explains itself', async () => {
    const { code, stdout } = await start('--help');
    expect(code).toBe(0);
    for (const option of ['--once', '--json', '--port', '--data']) expect(stdout).toContain(option);
  });
});
