import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { API_PAGE, fencedIn, README } from '../docs/markdown.ts';
import { hasCurl } from '../local/curl.ts';
import { exited, printed, START } from './starting.ts';

/** The calls on the pages for users, pasted into a shell as they stand there, on what `npm start` runs. */

let folder: string;
let product: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  const [, expression = ''] = /`npm start -- --schedule '([^']+)'`/.exec(README) ?? [];
  const args = ['--schedule', expression, '--data', join(folder, '.data'), '--port', '0'];
  product = spawn(process.execPath, [START, ...args]);
  const screen = await printed(product, 'Try:');
  url = /The API is at (\S+)/.exec(screen)?.[1] ?? '';
});

afterAll(async () => {
  const end = exited(product);
  product.kill('SIGINT');
  await end;
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

const Answer = z.looseObject({
  job: z
    .object({
      id: z.string(),
      type: z.string(),
      status: z.string(),
      failureCode: z.string().nullable(),
    })
    .optional(),
  jobs: z.array(z.object({ id: z.string() })).optional(),
  suggestions: z
    .array(z.object({ id: z.string(), proposals: z.array(z.object({ confidence: z.number() })) }))
    .optional(),
  snapshots: z.array(z.object({ id: z.string() })).optional(),
  nextCursor: z.string().nullish(),
});
type Answered = z.infer<typeof Answer>;

/** A shell in which calls of a page are pasted, after the lines that say where the API is. */
class Terminal {
  private readonly setup: string;
  /** What a person keeps of answers, for the calls that come. */
  private readonly kept: Record<string, string> = {};

  constructor(setup = '') {
    expect(setup).toContain('API=http://127.0.0.1:8787');
    this.setup = setup.replace('http://127.0.0.1:8787', url);
  }

  async paste(code: string): Promise<string> {
    const shell = ['-euc', `${this.setup}\n${code}`];
    const env = { PATH: process.env.PATH, ...(await awsVariables()), ...this.kept };
    return (await promisify(execFile)('sh', shell, { cwd: folder, env })).stdout;
  }

  /** Pastes a call, keeps what later ones need, and waits for the job where it made one. */
  async call(code: string): Promise<Answered> {
    const answer = await this.json(code);
    this.keep(answer);
    return answer.job === undefined ? answer : this.ended(answer.job.id);
  }

  /** Has proposals made, and keeps two that are applied by no call but one that names them. */
  async propose(): Promise<void> {
    const body = `'{"type":"sync_and_suggest","budgetId":"'$BUDGET'"}'`;
    await this.call(`curl -sK .data/curlrc $API/jobs -d ${body}`);
    const { suggestions = [] } = await this.json(
      'curl -sK .data/curlrc "$API/budgets/$BUDGET/suggestions?limit=100&status=pending"',
    );
    const sure = ({ proposals: [best] }: (typeof suggestions)[number]) => best?.confidence ?? 0;
    this.keep({ suggestions: [...suggestions].sort((one, other) => sure(one) - sure(other)) });
  }

  async ended(jobId: string): Promise<Answered> {
    for (;;) {
      const answer = await this.json(`curl -sK .data/curlrc "$API/jobs/${jobId}?wait=20"`);
      if (answer.job?.status !== 'queued' && answer.job?.status !== 'running') return answer;
    }
  }

  /** Refusals of the gateway have a message, those of the product a title. */
  private async json(code: string): Promise<Answered> {
    const answer = Answer.parse(JSON.parse(await this.paste(code)));
    for (const refusal of ['message', 'title']) expect(answer, code).not.toHaveProperty(refusal);
    return answer;
  }

  private keep({ job, suggestions: [one, other] = [], snapshots, nextCursor }: Answered): void {
    const fresh = {
      JOB: job?.id,
      SUGGESTION: one?.id,
      OTHER: other?.id,
      SNAPSHOT: snapshots?.[0]?.id,
      CURSOR: nextCursor,
    };
    for (const [name, value] of Object.entries(fresh)) if (value) this.kept[name] = value;
  }
}

/** As a shell has them that is signed in to AWS with keys that last. */
async function awsVariables(): Promise<Record<string, string>> {
  const credentials = await readFile(join(folder, '.data/credentials'), 'utf8');
  const [, id = '', secret = ''] = /id = (\S+)\n.* = (\S+)/.exec(credentials) ?? [];
  return {
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: '',
    AWS_REGION: 'us-east-1',
  };
}

const pastedCalls = () => [...README.matchAll(/`(curl [^`]+)`/g)].map(([, call = '']) => call);
const isSetup = (code: string) => code.startsWith('API=');

describe.runIf(hasCurl())('what is pasted', () => {
  it('from the README creates a job of each type, which succeeds', async () => {
    const terminal = new Terminal(fencedIn(README, 'sh').find(isSetup));
    await terminal.propose();
    const calls = pastedCalls().filter((call) => call.includes(' -d '));
    const types = calls.map((call) => /"type":"(\w+)"/.exec(call)?.[1]);
    expect(types).toEqual(JOB_TYPES.filter((type) => type !== 'scheduled_sync_and_suggest'));
    for (const call of calls) {
      expect(await terminal.call(call), call).toMatchObject({ job: { status: 'succeeded' } });
    }
  });

  it('from the README starts it with a schedule, whose job succeeds', async () => {
    const terminal = new Terminal(fencedIn(README, 'sh').find(isSetup));
    const [listing = '', ...others] = pastedCalls().filter((call) => !call.includes(' -d '));
    expect(others).toEqual([]);
    const { jobs = [] } = await terminal.call(listing);
    expect(jobs).toHaveLength(1);
    for (const { id } of jobs) {
      const ended = await terminal.ended(id);
      const job = { type: 'scheduled_sync_and_suggest', status: 'succeeded' };
      expect(ended).toMatchObject({ job });
    }
  });

  it('from the page of the API works, one call after the other', async () => {
    const [setup, ofAws = '', ...calls] = fencedIn(API_PAGE, 'sh');
    const terminal = new Terminal(setup);
    await terminal.propose();
    await terminal.paste(ofAws);
    await terminal.call('curl -sK aws.curlrc "$API/jobs?budgetId=$BUDGET&limit=1"');
    const failures: unknown[] = [];
    for (const code of calls) {
      if (code.includes(' -so ')) expect((await terminal.paste(code)).trim()).toBe('');
      else {
        const { job } = await terminal.call(code);
        if (job?.status === 'failed') failures.push(job.failureCode);
      }
    }
    expect(failures).toEqual(['BUDGET_NOT_FOUND', 'BUDGET_NOT_FOUND']);
    const budget = unzipSync(await readFile(join(folder, 'budget.zip')));
    expect(Object.keys(budget)).toContain('db.sqlite');
  });
});
