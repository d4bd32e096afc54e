import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FunctionPool } from '../../local/runtime/functions/pool.ts';
import { SOURCES } from './function-sources.ts';

/** Calls of a function that has as many processes as it may have, all of them busy. */

let folder: string;
let pool: FunctionPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waiting-'));
  await writeFile(join(folder, 'wait.js'), SOURCES.wait ?? '');
  const spec = {
    name: 'wait',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:wait',
    folder,
    handler: 'wait.handler',
    memoryMb: 128,
    timeoutSeconds: 29,
    reservedConcurrency: undefined,
    environment: {},
  };
  const folders = { scratch: join(folder, 'scratch'), compiled: join(folder, 'compiled') };
  pool = new FunctionPool({ functions: [spec], folders, log: () => {}, limit: 1 });
});
afterAll(async () => {
  await pool?.close();
  await rm(folder, { recursive: true, force: true });
});

const BUSY_MS = 300;

describe('a call that waits for a free process', () => {
  it('has so much less time, so that its answer still comes when somebody waits for it', async () => {
    const answerBy = Date.now() + 20_000;
    const first = pool.invoke('wait', BUSY_MS);
    const second = await pool.invoke('wait', 0, answerBy);
    expect(second.kind === 'success' && Number(second.payload)).toBeLessThanOrEqual(
      20_000 - BUSY_MS,
    );
    expect(await first).toMatchObject({ kind: 'success' });
  });

  it('has all the time of the function where nobody says by when the answer is wanted', async () => {
    const free = pool.invoke('wait', BUSY_MS).then(() => performance.now());
    const second = await pool.invoke('wait', 0);
    // On a busy machine it takes a while until the function looks at how much it has left.
    const tookMs = performance.now() - (await free);
    expect(second.kind === 'success' && Number(second.payload) + tookMs).toBeGreaterThan(
      29_000 - BUSY_MS / 2,
    );
  });

  it('is not begun once nobody waits for it, and leaves the process to the next one', async () => {
    const first = pool.invoke('wait', BUSY_MS);
    const late = pool.invoke('wait', 60_000, Date.now() + 1);
    const next = pool.invoke('wait', 0);
    expect(await late).toEqual({ kind: 'throttled' });
    expect(await next).toMatchObject({ kind: 'success' });
    await first;
  });
});
