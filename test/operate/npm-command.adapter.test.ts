import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Commands as npm passes them on. */

const ROOT = join(import.meta.dirname, '../..');
const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';

/** As npm starts it when `--dry-run` stood before its own `--`. */
const DRY = { npm_config_dry_run: 'true' };

/** @param byNpm what npm tells of its own options. */
function started(
  byNpm: Readonly<Record<string, string>>,
  command: string,
  ...args: readonly string[]
) {
  const env = { PATH: process.env.PATH, AWS_CONFIG_FILE: '/nowhere', ...byNpm };
  return new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
    const file = join(ROOT, command === 'start' ? 'local/start/main.ts' : `operate/${command}.ts`);
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
    const { code, said } = await started(DRY, command, ...args);
    expect(said).toContain('npm took --dry-run for itself. Nothing was done');
    expect(code).toBe(2);
  });

  it('is the dry run that was wanted where it is said after -- as well', async () => {
    const { said } = await started(DRY, 'redrive', '--dry-run');
    expect(said).toContain('There is no AWS region');
  });
});

describe('an option that npm took for its own', () => {
  it.each([
    ['--stack=Other', { npm_config_stack: 'Other' }, 'redrive', []],
    ['--data=.data', { npm_config_data: '.data' }, 'forget', ['--budget', BUDGET, '--dry-run']],
    ['--data=', { npm_config_data: '' }, 'jobs', ['apply', '--budget', BUDGET]],
    ['--above=0.9', { npm_config_above: '0.9' }, 'jobs', ['apply', '--budget', BUDGET]],
    ['--no-wait', { npm_config_wait: '' }, 'jobs', ['retry', BUDGET]],
    ['--to-payee=Shop', { npm_config_to_payee: 'Shop' }, 'jobs', ['approve', 'x.1']],
  ])('is not done without: %s', async (option, byNpm, command, args) => {
    const { code, said } = await started(byNpm, command, ...args);
    const [name] = option.split('=');
    expect(said).toContain(
      `npm took ${name} for itself. Nothing was done: options come after --, as in`,
    );
    expect(said).toContain(`npm run ${command} -- --`);
    expect(code).toBe(2);
  });

  it('is not started without either', async () => {
    const { code, said } = await started({ npm_config_forget: 'true' }, 'start', '--help');
    expect(said).toContain('npm took --forget for itself. Nothing was started');
    expect(code).toBe(1);
  });

  it('is what was wanted where it is said after -- as well', async () => {
    const { said } = await started({ npm_config_stack: 'Other' }, 'redrive', '--stack=Other');
    expect(said).toContain('There is no AWS region');
  });

  it.each([
    ['jobs', ['list', '--budget', BUDGET]],
    ['forget', ['--budget', BUDGET, '--dry-run']],
  ])('is none of what its settings turn on for every command: %s', async (command, args) => {
    const settings = { npm_config_json: 'true', npm_config_yes: 'true', npm_config_dry_run: '' };
    const { said } = await started(settings, command, ...args);
    expect(said).toContain('There is no AWS region');
  });

  it('is not the opposite of one that it was given', async () => {
    const { said } = await started({ npm_config_wait: 'true' }, 'jobs', 'list', '--budget', BUDGET);
    expect(said).toContain('npm took --wait for itself');
  });
});
