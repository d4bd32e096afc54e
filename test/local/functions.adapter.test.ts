import processes from 'node:child_process';
import fs from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvocationReport } from '../../local/runtime/contract.ts';
import { FunctionPool } from '../../local/runtime/functions/pool.ts';
import type { FunctionSpec } from '../../local/runtime/functions/spec.ts';
import { SOURCES } from './function-sources.ts';

/** Functions in processes of their own, as Lambda runs them. */

let folder: string;
let pool: FunctionPool;
const lines: string[] = [];

const specOf = (name: string): FunctionSpec => ({
  name,
  arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
  folder,
  handler: `${name}.handler`,
  memoryMb: name === 'memory' ? 64 : 128,
  timeoutSeconds: name === 'hang' ? 1 : 20,
  reservedConcurrency: undefined,
  environment: { GIVEN: 'yes', AWS_LAMBDA_FUNCTION_NAME: name },
});

const foldersOf = (scratch: string) => ({
  scratch: join(folder, scratch),
  compiled: join(folder, 'compiled'),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-'));
  for (const [name, source] of Object.entries(SOURCES)) {
    await writeFile(join(folder, `${name}.js`), source);
  }
  pool = new FunctionPool({
    functions: Object.keys(SOURCES).map(specOf),
    folders: foldersOf('scratch'),
    log: (name, line) => lines.push(`${name}: ${line}`),
    limit: 2,
  });
});

afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a function', () => {
  it('is called by name or ARN with what was sent', async () => {
    const payload = { event: { a: [1, null, 'ü'] }, name: 'echo' };
    expect(await pool.invoke('echo', payload.event)).toEqual({ kind: 'success', payload });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST';
    expect(await pool.invoke(arn, payload.event)).toEqual({ kind: 'success', payload });
  });

  it('sees its own environment, in UTC, and nothing of ours', async () => {
    process.env.CANARY_OF_THE_SHELL = 'leaked';
    const result = await pool.invoke('environment', null);
    delete process.env.CANARY_OF_THE_SHELL;
    expect(result).toMatchObject({ kind: 'success', payload: { GIVEN: 'yes', TZ: 'UTC' } });
    expect(JSON.stringify(result)).not.toMatch(/leaked|COMPILE_CACHE/);
  });

  it('has what was compiled kept while its process runs, for the next one', async () => {
    await pool.invoke('echo', null);
    const kept = await readdir(join(folder, 'compiled'), { recursive: true });
    // A folder for this version of Node, and what was compiled in it.
    expect(kept.length).toBeGreaterThan(1);
  });

  it('reports what each invocation took, and with the first one what its start did', async () => {
    const reports: InvocationReport[] = [];
    const own = new FunctionPool({
      functions: [specOf('fail')],
      folders: foldersOf('reporting'),
      log: () => {},
      onInvocation: (report) => reports.push(report),
    });
    for (let call = 0; call < 2; call += 1) await own.invoke('fail', null);
    await own.close();
    const took = {
      milliseconds: expect.any(Number),
      processorMilliseconds: expect.any(Number),
    };
    const invocation = { functionName: 'fail', memoryMb: 128, invocation: took };
    expect(reports).toEqual([{ ...invocation, start: took }, invocation]);
  });

  it('that gets no process from the machine fails as one whose runtime died, and the next call may get one', async () => {
    const { execPath } = process;
    const own = new FunctionPool({
      functions: [specOf('echo')],
      folders: foldersOf('scratch-refused'),
      log: () => {},
      limit: 1,
    });
    try {
      process.execPath = join(folder, 'no-such-program');
      expect(await own.invoke('echo', 1)).toMatchObject({
        error: { errorType: 'Runtime.ExitError' },
      });
      process.execPath = execPath;
      expect(await own.invoke('echo', 1)).toMatchObject({ kind: 'success' });
      expect(await readdir(join(folder, 'scratch-refused'))).toHaveLength(1);
    } finally {
      process.execPath = execPath;
      await own.close();
    }
  });

  it.each([
    ['has no room for its folder on a full disk', 'ENOSPC', () => vi.spyOn(fs, 'mkdirSync')],
    ['the machine has no memory for', 'ENOMEM', () => vi.spyOn(processes, 'fork')],
  ])('that %s fails in the same way', async (_what, code, watched) => {
    const own = new FunctionPool({
      functions: [specOf('echo')],
      folders: foldersOf('scratch-full'),
      log: () => {},
    });
    const machine = watched().mockImplementationOnce(() => {
      throw Object.assign(new Error(code), { code });
    });
    try {
      syncBuiltinESMExports();
      expect(await own.invoke('echo', 1)).toMatchObject({
        error: { errorType: 'Runtime.ExitError' },
      });
      expect(await own.invoke('echo', 1)).toMatchObject({ kind: 'success' });
    } finally {
      machine.mockRestore();
      syncBuiltinESMExports();
      await own.close();
    }
  });

  it('stays warm between calls', async () => {
    await pool.invoke('count', null);
    expect(await pool.invoke('count', null)).toEqual({ kind: 'success', payload: 2 });
  });

  it('is ended when nobody has called it for a while, and started anew for the next call', async () => {
    const soon = new FunctionPool({
      functions: [specOf('count')],
      folders: foldersOf('idle'),
      log: () => {},
      idleMilliseconds: 50,
    });
    await soon.invoke('count', null);
    const [environment = expect.unreachable()] = soon.processesOf('count');
    await expect.poll(() => soon.processesOf('count')).toEqual([]);
    expect(environment.alive).toBe(false);
    expect(await soon.invoke('count', null)).toEqual({ kind: 'success', payload: 1 });
    await soon.close();
  });

  it('runs one call at a time in each process, and no more processes than the limit', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => pool.invoke('pair', null)));
    const answers = results.map((result) => (result.kind === 'success' ? result.payload : null));
    const pairs = answers as readonly (readonly [number, boolean])[];
    expect(pairs.every(([, free]) => free)).toBe(true);
    expect(new Set(pairs.map(([pid]) => pid)).size).toBe(2);
  });

  it('is throttled above its reserved concurrency, and has room again afterwards', async () => {
    const narrow = new FunctionPool({
      functions: [{ ...specOf('pair'), reservedConcurrency: 1 }],
      folders: foldersOf('narrow'),
      log: () => {},
    });
    const first = narrow.invoke('pair', null);
    expect(await narrow.invoke('pair', null)).toEqual({ kind: 'throttled' });
    expect(await first).toMatchObject({ kind: 'success' });
    expect(await narrow.invoke('pair', null)).toMatchObject({ kind: 'success' });
    await narrow.close();
  });

  it('reports an error by its name and message', async () => {
    expect(await pool.invoke('fail', null)).toMatchObject({
      kind: 'error',
      error: { errorType: 'CODE', errorMessage: 'why', trace: expect.any(Array) },
    });
  });

  it.each(['exit', 'memory', 'rejection', 'broken', 'callback', 'stuck'])(
    'that dies (%s) is a Runtime.ExitError, and the next call finds a new process',
    async (name) => {
      for (const _call of [1, 2]) {
        expect(await pool.invoke(name, null)).toMatchObject({
          kind: 'error',
          error: { errorType: 'Runtime.ExitError' },
        });
      }
    },
  );

  it('that takes too long is killed', async () => {
    expect(await pool.invoke('hang', null)).toEqual({
      kind: 'error',
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1.00 seconds' },
    });
    expect(pool.processesOf('hang')).toEqual([]);
  });

  it('that dies or is out of time without a word has a line in the log that says how', async () => {
    await pool.invoke('exit', null);
    await pool.invoke('hang', null);
    await pool.invoke('killed', null);
    await pool.invoke('stuck', null);
    const said = lines.join('\n');
    expect(said).toMatch(/^exit: .*"message":"the process died".*"code":7,"signal":null/m);
    expect(said).toMatch(/^stuck: .*"message":"the process died".*"code":0,"signal":null/m);
    expect(said).toMatch(
      /^killed: .*"message":"the process died".*"code":null,"signal":"SIGKILL"/m,
    );
    expect(said).toMatch(/^hang: .*"message":"the function was out of time","timestamp":"20/m);
    expect(said).not.toMatch(/^hang: .*"the process died"/m);
  });

  it('whose process ends between its calls has no line of it, as at the end of a start', async () => {
    await pool.invoke('idle', null);
    const [environment = expect.unreachable()] = pool.processesOf('idle');
    process.kill(environment.pid ?? 0, 'SIGTERM');
    await expect.poll(() => environment.alive).toBe(false);
    expect(lines.filter((line) => line.startsWith('idle: '))).toEqual([]);
  });

  it('takes at most 6 MB', async () => {
    expect(await pool.invoke('echo', 'x'.repeat(6 * 1024 * 1024))).toMatchObject({
      kind: 'error',
      error: { errorType: 'RequestEntityTooLargeException' },
    });
  });

  it('has what it prints passed on, line by line', async () => {
    await pool.invoke('say', null);
    await expect.poll(() => lines).toContain('say: said');
  });

  it('that the stack does not have is a mistake', async () => {
    await expect(pool.invoke('nowhere', null)).rejects.toThrow('no function nowhere');
  });
});
