import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, proposal, run, world } from './generating.ts';

/** What the step `suggestions` reads, and what it does until that is there. */

beforeEach(begin);

describe('while the suggestions are read', () => {
  it('the engine has the extract already, and knows what is asked once they are there', async () => {
    world.proposals = [proposal('a')];
    const { promise, resolve } = Promise.withResolvers<void>();
    world.reading = promise;
    const running = run();
    await turn();
    expect([world.begun.includes('engine'), world.asked]).toEqual([true, []]);
    resolve();
    expect(await running).toMatchObject({ counts: { suggestions: 1, written: 1 } });
    expect(world.asked).toHaveLength(1);
  });

  it('they are asked for at once, but after the one item that the engine waits for', async () => {
    await run();
    expect(world.begun).toEqual(['snapshot', 'suggestions', 'engine']);
  });

  it('the step fails with what the table says, and writes nothing', async () => {
    const cause = new Error('The table does not answer');
    world.reading = turn().then(() => Promise.reject(cause));
    await expect(run()).rejects.toBe(cause);
    expect(world.writes).toEqual([]);
  });

  it('SNAPSHOT_MISSING: there is no extract, and nobody waits for them', async () => {
    world.extracts.clear();
    world.reading = new Promise(() => {});
    await expect(run()).rejects.toMatchObject({ name: 'SNAPSHOT_MISSING' });
  });

  it('what the table says is of no matter where there is no extract', async () => {
    world.extracts.clear();
    world.reading = turn().then(() => Promise.reject(new Error('The table does not answer')));
    await expect(run()).rejects.toMatchObject({ name: 'SNAPSHOT_MISSING' });
  });
});
