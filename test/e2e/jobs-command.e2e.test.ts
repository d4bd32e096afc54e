import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAwsConfig } from '../../local/start/data-folder.ts';
import { codeOf } from '../../operate/choosing.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { uuid } from '../domain/builders.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** `npm run jobs`, as somebody types it, on a running stack with a real budget. */

const COMMAND = join(import.meta.dirname, '../../operate/jobs.ts');
/** At one payee; those without a category are more than the API takes decisions on at once. */
const PURCHASES = 180;

let server: ActualServer;
let product: Installation;
/** A budget with many suggestions, and one with few. */
let large: string;
let home: string;

beforeAll(async () => {
  const [assembly, actual] = await Promise.all([synthesized(), startActualServer()]);
  server = actual;
  const create = (transactions: number) =>
    householdDoes(server.url, [{ do: 'create', transactions }]);
  [large, home] = [await create(PURCHASES), await create(12)];
  product = await install({ assembly, serverUrl: server.url });
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const profile = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  writeFileSync(join(product.data, 'credentials'), profile);
  writeAwsConfig(product.data, product.stack.endpoints);
  for (const budget of [large, home]) {
    expect((await product.run('sync_and_suggest', budget)).job.status).toBe('succeeded');
  }
});

afterAll(async () => {
  await product?.close();
  await server?.remove();
});

interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function typed(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Typed> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 10_000_000 };
    execFile(process.execPath, [COMMAND, ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** On the stack of the data folder, for its budget. */
const jobs = (...args: readonly string[]) =>
  typed([...args, '--data', product.data], { ACTUAL_JOBS_BUDGET: home });

const document = async (...args: readonly string[]) =>
  JSON.parse((await jobs(...args, '--json')).out);

/** As a shell has them that is signed in to AWS. */
const signedIn = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  ...product.stack.endpoints,
});

describe('reviewing more than a hundred suggestions', () => {
  it('takes a few commands: look, approve, take one back, correct one, apply', async () => {
    const ofLarge = ['--budget', large];
    const ofPayee = ['--payee', 'canary*', ...ofLarge];
    const { suggestions } = await document('suggestions', ...ofPayee, '--limit', '1000');
    const count = suggestions.length;
    expect(count).toBeGreaterThan(100);
    const [first, second] = suggestions;
    const shown = await jobs('suggestions', ...ofPayee, '--limit', '3');
    expect(shown).toMatchObject({ code: 0, err: '' });
    for (const word of [codeOf(first.id), 'Food at home', 'The first 3']) {
      expect(shown.out).toContain(word);
    }
    const wouldBe = await jobs('approve', ...ofPayee, '--dry-run');
    expect(wouldBe.out).toContain(`Would approve ${count}.`);

    expect(await jobs('approve', ...ofPayee)).toEqual({
      code: 0,
      out: `${count} of ${count} approved.\n`,
      err: '',
    });
    expect((await jobs('reject', codeOf(first.id), ...ofLarge)).out).toBe('1 of 1 rejected.\n');
    const correction = ['--to-category', 'food at home', '--to-payee', 'Corner Shop'];
    const { outcomes } = await document('approve', second.id, ...correction, ...ofLarge);
    expect(outcomes).toMatchObject([
      {
        outcome: 'reviewed',
        suggestion: { decision: { categoryName: 'Food at home', payeeName: 'Corner Shop' } },
      },
    ]);

    const applied = await jobs('apply', ...ofLarge);
    expect(applied).toMatchObject({ code: 0, err: expect.stringMatching(/goes on by itself/) });
    expect(applied.out).toContain(`applied ${count - 1}, notApplied 0`);
  });

  it('says of each decision that was not taken why, and ends with 1', async () => {
    const gone = `${uuid(1)}.1`;
    const { code, out } = await jobs('approve', gone);
    expect(code).toBe(1);
    expect(out).toContain('unknown');
    expect(out).toContain('0 of 1 approved.');
  });

  it('decides on nothing where one of the names stands for no suggestion', async () => {
    const [pending] = (await document('suggestions')).suggestions;
    const { code, err } = await jobs('approve', codeOf(pending.id), '00000000');
    expect([code, err]).toEqual([2, expect.stringContaining('There is no suggestion 00000000')]);
    expect((await document('suggestions')).suggestions).toContainEqual(pending);
  });
});

describe('jobs', () => {
  it('are listed and shown, with their history', async () => {
    const listed = await document('list', '--type', 'sync_and_suggest');
    const [{ id }] = listed.jobs;
    expect((await jobs('list')).out).toContain(id);
    const shown = await jobs('show', id, '--events');
    for (const word of [id, 'step 2    suggestions, succeeded', 'running']) {
      expect(shown.out).toContain(word);
    }
    expect(await document('show', id, '--events')).toMatchObject({
      job: { id, status: 'succeeded' },
      events: expect.arrayContaining([expect.objectContaining({ jobId: id, status: 'queued' })]),
    });
  });

  it('that fail end with 1, and say what to do', async () => {
    const nowhere = await product.run('budget_sync', uuid(0xbad));
    const { code, out } = await jobs('retry', nowhere.job.id);
    expect(code).toBe(1);
    expect(out).toContain(`repeats   ${nowhere.job.id}`);
    expect(out).toContain('BUDGET_NOT_FOUND: ');
  });

  it('that have ended are not called off: it ends with 2, in the words of the API', async () => {
    const [{ id }] = (await document('list', '--status', 'succeeded')).jobs;
    const { code, err } = await jobs('cancel', id);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/already\. \(job-not-cancelable, request /),
    ]);
  });
});

describe('the installation', () => {
  it("is the stack that the AWS SDK's own settings lead to, or an address", async () => {
    for (const where of [[], ['--url', product.stack.url]]) {
      const { code, out } = await typed(['list', '--budget', home, '--json', ...where], signedIn());
      expect([code, JSON.parse(out).jobs.length]).toEqual([0, 1]);
    }
  });

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['a stack that is not there', ['--stack', 'Other'], {}, 'There is no stack Other'],
    [
      'nobody signed in',
      [],
      { AWS_REGION: '', AWS_CONFIG_FILE: '/nowhere' },
      'There is no AWS region',
    ],
    ['a folder of no stack', ['--data', '/nowhere'], {}, '/nowhere is not the data folder'],
    ['an address that others can read on', ['--url', 'http://example.org'], {}, '--url has to be'],
    ['a port with nothing behind it', ['--url', 'http://127.0.0.1:49'], {}, 'Nothing answers'],
    ['a token that is none', ['--token-file', COMMAND], {}, 'has to hold a token'],
  ])('is told where it cannot be called: %s', async (_what, args, env, message) => {
    const { code, out, err } = await typed(['list', '--budget', home, ...args], {
      ...signedIn(),
      ...env,
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('that refuses the credentials is told, without a word of them', async () => {
    const wrong = { AWS_ACCESS_KEY_ID: 'AKIAWRONG', AWS_SECRET_ACCESS_KEY: 'canary-secret' };
    const args = ['list', '--budget', home, '--url', product.stack.url];
    const { code, err } = await typed(args, { ...signedIn(), ...wrong });
    expect([code, err]).toEqual([2, expect.stringContaining('have no right to it')]);
    expect(err).not.toMatch(/canary-secret|AKIAWRONG/);
  });

  it('is asked for its budget where that is not known', async () => {
    const { code, err } = await typed(['list', '--data', product.data]);
    expect([code, err]).toEqual([2, expect.stringContaining('Name the budget with --budget')]);
  });
});
