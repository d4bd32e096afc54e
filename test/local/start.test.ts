import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import { printable, printableJson } from '../../client/printable.ts';
import type { Job } from '../../client/schema.ts';
import { demoPurchases } from '../../local/demo/purchases.ts';
import { fullDiskNotice } from '../../local/start/full-disk-notice.ts';
import { goOnUnread, pasteable, Screen } from '../../local/start/screen.ts';
import { sentenceOf } from '../../local/start/start-error.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';

/** A terminal, as far as a screen asks. */
function terminal(written: string[]): NodeJS.WriteStream {
  const stream = Object.create(process.stderr);
  const write = (text: string) => written.push(text) > 0;
  return Object.assign(stream, { isTTY: true, write });
}

describe('a task on the screen', () => {
  const { isTTY } = process.stdout;

  afterEach(() => {
    process.stdout.isTTY = isTTY;
    vi.restoreAllMocks();
  });

  it('leaves Ctrl-C to whoever listens for it', async () => {
    process.stdout.isTTY = true;
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const heard = vi.fn();
    process.once('SIGINT', heard);
    const result = await new Screen(process.stdout).task('Work', async () => {
      process.emit('SIGINT');
      return 'done';
    });
    expect([result, heard.mock.calls.length, exit.mock.calls]).toEqual(['done', 1, []]);
  });

  it('writes nothing to standard output where a document comes there', async () => {
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const written: string[] = [];
    await new Screen(terminal(written)).task('Work', async (update) => update('half of it'));
    expect(stdout.mock.calls).toEqual([]);
    expect(written.join('')).toMatch(/^Work …\n.*half of it\nWork: done in/);
  });
});

describe('an error that ends a start', () => {
  it('is a sentence where the stack could not take the job, with what leads to the reason', () => {
    const headers = { 'x-request-id': 'r-1' };
    const error = new ApiError(new Response(null, { status: 503, headers }), {});
    expect(sentenceOf(error)).toMatch(/answered 503: is there room .*\(request r-1\)/);
    expect(sentenceOf(new ApiError(new Response(null, { status: 400 }), {}))).toBeUndefined();
  });

  it('names the file that is closed to the user, and what opens it', () => {
    const closed = Object.assign(new Error('open'), { code: 'EACCES', path: '/data/curlrc' });
    expect(sentenceOf(closed)).toMatch(/^\/data\/curlrc is closed to this user: .* chown -R\.$/);
  });

  it('is a sentence of its own on a full disk, and none where it is ours', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(sentenceOf(full)).toMatch(/^The disk is full/);
    expect(sentenceOf(new TypeError('x'))).toBeUndefined();
  });
});

describe('a job on the screen', () => {
  it('has its warnings, of which nothing else there would tell', () => {
    const time = '2026-01-31T12:00:00.000Z';
    const job: Job = {
      id: 'j-1',
      budgetId: 'b-1',
      type: 'sync_and_suggest',
      status: 'succeeded',
      version: 9,
      createdAt: time,
      startedAt: time,
      completedAt: time,
      parentJobId: null,
      failureCode: null,
      failureReason: null,
      failureRetryable: null,
      failureNextAction: null,
      executionUrl: null,
      metadata: {
        trigger: 'api',
        retryCount: 0,
        warnings: [{ code: 'MODEL_REFUSED', message: "Check the model's key.", count: 3 }],
      },
    };
    const written: string[] = [];
    new Screen(terminal(written)).job({ job, steps: [] });
    expect(written).toContain("  MODEL_REFUSED (3): Check the model's key.\n");
  });
});

describe('what is written to nobody', () => {
  it.each(['EPIPE', 'EIO', 'ENOSPC'])('is left out, and ends nothing: %s', (code) => {
    const stream = new EventEmitter();
    goOnUnread(stream);
    const error = Object.assign(new Error('write'), { code });
    expect(() => stream.emit('error', error)).not.toThrow();
    expect(() => stream.emit('error', new Error('other'))).toThrow('other');
  });
});

it('a full disk is told of at once, and again after an hour, however often it is met', () => {
  const said = vi.fn();
  let now = 0;
  const notice = fullDiskNotice(said, () => now);
  for (now of [0, 1, 3_599_999, 3_600_000, 3_600_001]) notice();
  expect(said).toHaveBeenCalledTimes(2);
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/^The disk is full: .*Make room/));
});

describe('the screen', () => {
  it('obeys no control character of a payee', () => {
    expect(printable('a\u001b[31mb\u0007c\u202ed\u061ce\r\n')).toBe('a [31mb c d e  ');
  });

  it('obeys none in JSON either, which reads back as it was', () => {
    const document = { payee: 'a\u001b[31m\u009b2Jb\u202ec\u061c\u007f “ä”' };
    const text = printableJson(document);
    expect(text).toMatch(/^[\n\x20-\x7e“ä”]+$/);
    expect(JSON.parse(text)).toEqual(document);
  });

  it('gives calls with their parameters in the order that curl signs', () => {
    const text = pasteable('http://127.0.0.1:1', '/d/curlrc', { budgetId: 'b-1', jobId: 'j-1' });
    for (const [, query = ''] of text.matchAll(/\?([^']*)/g)) {
      const names = query.split('&').map((parameter) => parameter.split('=')[0]);
      expect(names).toEqual([...names].sort());
    }
  });
});

it.each(["/home/o'neil/my data/curlrc", '/home/$HOME/curlrc'])(
  'gives calls that a shell takes as they are: %s',
  (file) => {
    const text = pasteable('http://127.0.0.1:1', file, { budgetId: 'b-1', jobId: 'j-1' });
    const [, command, ...others] = text.split('\n').map((line) => line.trim());
    const said = (line = '') =>
      execFileSync('sh', ['-c', line.replace(/^(curl|npm) /, "printf '%s\\n' ")], {
        encoding: 'utf8',
      }).split('\n');
    expect(said(command)).toContain(dirname(file));
    for (const line of others) expect(said(line)).toContain(file);
  },
);

it('gives a command that npm run jobs takes', () => {
  const text = pasteable('http://127.0.0.1:1', '/d/curlrc', { budgetId: 'b-1', jobId: 'j-1' });
  const [, words = ''] = /npm run jobs -- (.+)/.exec(text) ?? [];
  const options = parseJobsOptions(words.replaceAll("'", '').split(' '), '/');
  expect(options).toMatchObject({
    command: { kind: 'suggestions' },
    target: { data: '/d' },
    budget: 'b-1',
  });
});

describe("the demo's purchases", () => {
  const purchases = demoPurchases('2026-11-24');

  it('end yesterday and span two years', () => {
    const dates = purchases.map(({ date }) => date).sort();
    expect(dates.at(-1)).toBe('2026-11-23');
    expect(dates[0]).toMatch(/^2024-1[12]|^2025-01/);
  });

  it('are about 1,500 on 10 to 15 accounts', () => {
    const accounts = new Set(purchases.map(({ account }) => account)).size;
    expect(purchases.length).toBeGreaterThan(1400);
    expect(accounts).toBeGreaterThanOrEqual(10);
    expect(accounts).toBeLessThanOrEqual(15);
  });

  it('leave the last month without categories, and nothing else', () => {
    const open = purchases.filter(({ category }) => category === '').map(({ date }) => date);
    const closed = purchases.filter(({ category }) => category !== '').map(({ date }) => date);
    expect(open.length).toBeGreaterThan(50);
    expect([...open, ...closed].sort().slice(-open.length)).toEqual([...open].sort());
  });

  it('count what is spent as negative', () => {
    const spent = purchases.filter(({ amount }) => amount < 0).length;
    expect(spent / purchases.length).toBeGreaterThan(0.9);
    expect(purchases.every(({ amount }) => Number.isInteger(amount))).toBe(true);
  });
});
