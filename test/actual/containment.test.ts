import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contain, reported } from '../../functions/actual/containment.ts';

const leave = vi.fn();

const { log, error } = console;
const listeners = process.listeners('unhandledRejection');

beforeEach(() => {
  leave.mockClear();
});

afterEach(() => {
  vi.restoreAllMocks();
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

describe('what the library does on the side', () => {
  it('prints nothing, but its signals are heard', async () => {
    const printed = vi.spyOn(console, 'log').mockReturnValue();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const signals = await contain(leave, async (seen) => {
      console.log('Canary Grocer', { amount: 5 });
      console.warn('Error updating', new Error('out-of-sync-migrations'));
      return [...seen.signals];
    });
    expect(printed).not.toHaveBeenCalled();
    expect(warn).not.toHaveBeenCalled();
    expect(signals).toEqual(['out-of-sync-migrations']);
  });

  it.each([
    new Error('ENOSPC: no space left on device, write'),
    new Error('EDQUOT: disk quota exceeded, write'),
    new Error('Error exporting budget: database or disk is full'),
  ])('is heard to have met a full disk: %s', async (error) => {
    const signals = await contain(leave, async (seen) => {
      console.log('[Exception]', error);
      return [...seen.signals];
    });
    expect(signals).toEqual(['disk-full']);
  });

  it.each([
    new Error('database disk image is malformed'),
    new Error('malformed database schema (payees) - unrecognized token: "Canary"'),
  ])('is heard to have met a damaged database: %s', async (error) => {
    const signals = await contain(leave, async (seen) => {
      console.log('[Exception]', error);
      return [...seen.signals];
    });
    expect(signals).toEqual(['database-damaged']);
  });

  it('gives the console back, also after a failure', async () => {
    const failed = contain(leave, async () => {
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    expect([console.log, console.error]).toEqual([log, error]);
  });

  it('may let a rejection escape, up to its very end, which is kept and ends nothing', async () => {
    const ending = vi.fn();
    process.on('unhandledRejection', ending);
    const [early, last] = [new Error('early'), new Error('last')];
    const { escaped } = await contain(leave, async (seen) => {
      void Promise.reject(early);
      await reported();
      expect(seen.escaped).toEqual([early]);
      void Promise.reject(last);
      return seen;
    });
    expect(escaped).toEqual([early, last]);
    expect(ending).not.toHaveBeenCalled();
    expect(leave).not.toHaveBeenCalled();
  });

  it('may let a rejection escape when its job has ended, which ends nothing either', async () => {
    const ending = vi.fn();
    process.on('unhandledRejection', ending);
    const late = await contain(leave, async () => () => Promise.reject(new Error('late')));
    void late();
    await reported();
    await contain(leave, async (seen) => expect(seen.escaped).toEqual([]));
    void late();
    await reported();
    expect(ending).not.toHaveBeenCalled();
    expect(process.listenerCount('unhandledRejection')).toBe(1);
  });

  it('leaves the process on an exception that nobody can catch, and says which', async () => {
    // As Lambda's, which would end the process itself.
    const ending = vi.fn();
    process.on('uncaughtException', ending);
    const before = process.listeners('uncaughtException');
    const exception = new Error('Canary Grocer');
    await contain(leave, async () => {
      process.emit('uncaughtException', exception);
    });
    const after = process.listeners('uncaughtException');
    process.removeListener('uncaughtException', ending);
    expect(leave.mock.calls).toEqual([[exception]]);
    expect(ending).not.toHaveBeenCalled();
    expect(after).toEqual(before);
  });
});
