import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** `npm run synth`, as it runs before a deployment. */

const APP = join(import.meta.dirname, '../../infra/app.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validation-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function synth(config: Readonly<Record<string, unknown>>) {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const outdir = join(folder, 'out');
  const env = { ...process.env, CDK_OUTDIR: outdir, ACTUAL_JOBS_CONFIG: file };
  const { status, stderr } = spawnSync(process.execPath, [APP], { env, encoding: 'utf8' });
  const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
  return { status, stderr, reports: JSON.parse(report).pluginReports };
}

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';
const SERVER = { id: 'home', budgets: [BUDGET] };
const SCHEDULE = { name: 'nightly', budgetId: BUDGET, expression: 'cron(0 3 * * ? *)' };
const MODEL = { provider: 'bedrock', modelId: 'eu.amazon.nova-lite-v1:0' };

describe('the synthesized template', () => {
  it.each([
    ['by default', {}],
    ['with all that can be added', { servers: [SERVER], schedules: [SCHEDULE], model: MODEL }],
  ])('is what CloudFormation takes, %s', (_which, config) => {
    expect(synth(config)).toEqual({ status: 0, stderr: '', reports: [] });
  });
});

describe('options that only the command line of the CDK takes', () => {
  it('are refused, with what does what they are for: nothing would be read of them', () => {
    const outdir = join(folder, 'out');
    const { status, stderr } = spawnSync(process.execPath, [APP, '-c', 'config=mine.json'], {
      env: { ...process.env, CDK_OUTDIR: outdir },
      encoding: 'utf8',
    });
    expect(stderr).toBe(
      'npm run synth takes no options: name the configuration in ACTUAL_JOBS_CONFIG, or use npx cdk synth -c config=FILE.\n',
    );
    expect(status).toBe(1);
    expect(existsSync(join(outdir, 'bundles'))).toBe(false);
  });
});

describe('a configuration that cannot be used', () => {
  it('is refused in its own words alone, before anything is bundled', () => {
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify({ retentionDays: 0, retensionDays: 30 }));
    const outdir = join(folder, 'out');
    const env = { ...process.env, CDK_OUTDIR: outdir, ACTUAL_JOBS_CONFIG: file };
    const { status, stderr } = spawnSync(process.execPath, [APP], { env, encoding: 'utf8' });
    expect(stderr).toBe(
      'The configuration cannot be used:\n  retentionDays: has to be at least 1\n  the file: has no field retensionDays\n',
    );
    expect(status).toBe(1);
    expect(existsSync(join(outdir, 'bundles'))).toBe(false);
  });
});
