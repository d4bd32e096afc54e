import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const RUN = join(import.meta.dirname, 'run.ts');

describe('the simulation', () => {
  it('finds nothing that may not be in 10,000 seeds', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [RUN, '--seeds', '10000']);
    expect(stdout).toMatch(/^10000 seeds in .* 0 violations$/m);
  });
});
