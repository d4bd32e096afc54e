import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { oneFunction } from './one-function.ts';

/** What a stack that runs for months keeps of the calls that it was asked for. */

describe('a process that goes on running', () => {
  it('has its answers forgotten once they are given', async () => {
    const { pool, remove } = await oneFunction('answer', 'exports.handler = async () => ({});');
    onTestFinished(remove);
    const answer = new WeakRef(await pool.invoke('answer', null));
    await pool.invoke('answer', null);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc');
    await expect
      .poll(() => {
        collectGarbage();
        return answer.deref();
      })
      .toBeUndefined();
  });
});
