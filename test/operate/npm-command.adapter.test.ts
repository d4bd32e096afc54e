import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Commands as npm passes them on. */

const ROOT = join(import.meta.dirname, '../..');
const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';

/** As npm starts it when `--dry-run` stood before its own `--`. */
function started(command: string, ...args: readonly string[]) {
  const env = { PATH: process.env.PATH, npm_config_dry_run: 'true', AWS_CONFIG_FILE: '/nowhere' };
  return new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
    const file = join(ROOT, `operate/${command}.ts`);
    execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

describe('a dry run that npm took for its own', () => {
  it.each([
    ['redrive', []],
    ['forget', ['--budget', BUDGET, '--yes']],
    ['jobs', ['apply', '--budget', BUDGET]],
  ])('is not done in earnest: %s', async (command, args) => {
    const { code, said } = await started(command, ...args);
    expect(said).toContain('npm took --dry-run for itself. Nothing was done');
    expect(code).toBe(2);
  });

  it('is the dry run that was wanted where it is said after -- as well', async () => {
    const { said } = await started('redrive', '--dry-run');
    expect(said).toContain('There is no AWS region');
  });
});
