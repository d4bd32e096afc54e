import { describe, expect, it } from 'vitest';
import { parseDefinition } from './aws/states-language.ts';
import { simulate } from './simulate.ts';
import { synthesizedDefinition } from './workflow-definition.ts';

const definition = parseDefinition(synthesizedDefinition());

async function courseOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate(seed, definition, (line) => lines.push(line));
  return lines;
}

describe('a simulation', () => {
  it('takes the same course each time it is replayed', async () => {
    expect(await courseOf(7)).toEqual(await courseOf(7));
  });

  it('takes another course with another seed', async () => {
    expect(await courseOf(7)).not.toEqual(await courseOf(8));
  });

  it('brings every job to its end, and tells how', async () => {
    const { jobs, ends, violation } = await simulate(7, definition);
    expect(violation).toBeUndefined();
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(jobs);
    expect(Object.keys(ends)).not.toContain('queued');
    expect(Object.keys(ends)).not.toContain('running');
  });
});
