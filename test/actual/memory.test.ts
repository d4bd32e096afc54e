import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { giveMemoryBack } from '../../functions/actual/memory.ts';

const MB = 2 ** 20;

afterEach(() => vi.restoreAllMocks());

function residentMb(megabytes: number): void {
  vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(megabytes * MB);
}

/** Nobody holds it; it is there until something collects it. */
function leftover(): WeakRef<object> {
  return new WeakRef({ budget: 'before this one' });
}

describe('what budgets before left in the memory', () => {
  it('is given back where it is much', async () => {
    residentMb(300);
    const left = leftover();
    // A reference that was just made is kept to the end of its turn.
    await turn();
    expect(giveMemoryBack(240)).toBe(true);
    await turn();
    expect(left.deref()).toBeUndefined();
  });

  it('costs nothing where it is little', () => {
    residentMb(200);
    expect(giveMemoryBack(240)).toBe(false);
  });

  it('is given back without a way to collect that everybody has', () => {
    residentMb(300);
    giveMemoryBack(240);
    expect(globalThis).not.toHaveProperty('gc');
  });
});
