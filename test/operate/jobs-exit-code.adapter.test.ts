import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { suggestion } from './suggestions.ts';

const COMMAND = join(import.meta.dirname, '../../operate/jobs.ts');
const PROBLEM = JSON.stringify({ type: 'urn:problem:internal', detail: 'It failed.' });
const PENDING = Array.from({ length: 101 }, (_, n) => suggestion(n));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exit-code-'));
  writeFileSync(join(folder, 'token'), 'a.b.c');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Answers until it is asked for what comes after `done` changes; from then on it fails. */
function failingAfter(done: number): RequestListener {
  let changes = 0;
  return ({ method = '' }, response) => {
    if (method !== 'GET') changes += 1;
    const answers: Readonly<Record<string, object>> = {
      GET: { suggestions: PENDING, nextCursor: null },
      POST: { job: { id: 'made', status: 'queued' }, steps: [] },
      PATCH: { outcomes: PENDING.slice(1).map(({ id }) => ({ id, outcome: 'reviewed' })) },
    };
    const fails = changes > done || (method === 'GET' && changes === done && done > 0);
    response.writeHead(fails ? 500 : 200, { 'content-type': 'application/json' });
    response.end(fails ? PROBLEM : JSON.stringify(answers[method]));
  };
}

/** Breaks the connection at so many changes, once it has them. */
function losingAnswers(count: number): RequestListener {
  const answer = failingAfter(count + 1);
  let lost = 0;
  return (request, response) => {
    if (request.method === 'GET' || lost === count) return answer(request, response);
    lost += 1;
    request.resume().once('end', () => request.socket.destroy());
  };
}

async function codeOf(args: readonly string[], answer: RequestListener): Promise<number> {
  const { url, close } = await listenOnLoopback(createServer(answer));
  const where = ['--url', url, '--token-file', join(folder, 'token'), '--budget', 'home'];
  const code = await new Promise<number>((resolve) => {
    execFile(process.execPath, [COMMAND, ...args, ...where], (error) =>
      resolve(Number(error?.code ?? 0)),
    );
  });
  await close();
  return code;
}

describe('a command of npm run jobs that breaks off', () => {
  it.each([
    ['decisions of which some were taken', ['approve', '--payee', '*'], 1],
    ['a job that was made, and that nobody saw the end of', ['apply'], 1],
  ])('ends with 1 after %s', async (_what, args, done) => {
    expect(await codeOf(args, failingAfter(done))).toBe(1);
  });

  it.each([[['approve', '--payee', '*']], [['apply']]])(
    'ends with 2 where nothing was done: %j',
    async (args) => {
      expect(await codeOf(args, failingAfter(0))).toBe(2);
    },
  );

  it('ends with 2 where the answer to a question is lost: nothing was asked to be done', async () => {
    expect(await codeOf(['list'], ({ socket }) => socket.destroy())).toBe(2);
  });

  it('ends with 1 where the API had no answer of its table, which may have made the job all the same', async () => {
    const unavailable = { type: 'urn:problem:unavailable', detail: 'Try again in a few seconds.' };
    const code = await codeOf(['apply'], (_request, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify(unavailable));
    });
    expect(code).toBe(1);
  });

  it.each([
    ['decisions that it sent twice', ['approve', '--payee', '*'], 2],
    ['calling off twice', ['cancel', 'made'], 2],
    ['a job that it asked for twice', ['apply', '--no-wait'], 2],
    ['a retry that it asked for twice', ['retry', 'made', '--no-wait'], 2],
  ])('ends with 1 where the answer to %s is lost', async (_what, args, lost) => {
    expect(await codeOf(args, losingAnswers(lost))).toBe(1);
  });
});
