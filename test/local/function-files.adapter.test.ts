import processes, { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type OneFunction, oneFunction } from './one-function.ts';

/** Functions while the stack has as many files and connections open as the machine lets it have. */

const tooMany = () => Object.assign(new Error('too many open files'), { code: 'EMFILE' });

let one: OneFunction;

beforeEach(async () => {
  one = await oneFunction('echo', 'exports.handler = async (event) => event;');
});

afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await one.remove();
});

it('a call that there is no pipe for fails as one whose runtime died, and the next call may get one', async () => {
  // What Node does then: a process without output, and the reason as an event.
  vi.spyOn(processes, 'fork').mockImplementationOnce(() => {
    const none = new ChildProcess();
    process.nextTick(() => none.emit('error', tooMany()));
    return none;
  });
  syncBuiltinESMExports();
  const { pool } = one;
  expect(await pool.invoke('echo', 1)).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  expect(await pool.invoke('echo', 1)).toMatchObject({ kind: 'success' });
});

it('a process whose folder cannot be removed has ended all the same', async () => {
  const { pool } = one;
  await pool.invoke('echo', 1);
  const removal = vi.spyOn(fs, 'rmSync').mockImplementationOnce(() => {
    throw tooMany();
  });
  syncBuiltinESMExports();
  const [environment] = pool.processesOf('echo');
  await environment?.close();
  expect(removal).toHaveBeenCalledOnce();
  expect(await pool.invoke('echo', 2)).toMatchObject({ kind: 'success' });
});
