import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesized } from '../e2e/assemblies.ts';
import { ACKNOWLEDGED } from './acknowledged.ts';

/** The stacks, with everything that can be configured, under the rules of AWS Solutions. */

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';
const EVERYTHING = {
  schedules: [{ name: 'nightly', budgetId: BUDGET, expression: 'cron(0 3 * * ? *)' }],
  servers: [{ id: 'home', budgets: [BUDGET] }],
  model: { provider: 'openai', modelId: 'some', address: 'https://models.example.org/v1' },
  auth: { jwt: { issuer: 'https://login.example.org', audience: ['here'] } },
  notices: { email: ['somebody@example.org'] },
  api: { allowedOrigins: ['https://budget.example.org'] },
};

const Report = z.object({
  pluginReports: z.tuple([
    z.object({
      pluginName: z.literal('AwsSolutions'),
      violations: z.array(
        z.object({
          ruleName: z.string(),
          violatingConstructs: z.array(z.object({ constructPath: z.string() })),
        }),
      ),
    }),
  ]),
});

let folder: string;
let findings: readonly { readonly rule: string; readonly at: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nag-'));
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(EVERYTHING));
  const bundles = join(await synthesized(), 'bundles');
  const outdir = join(folder, 'out');
  spawnSync(process.execPath, [join(import.meta.dirname, 'nag.ts'), outdir, bundles, config]);
  const text = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
  const [{ violations }] = Report.parse(JSON.parse(text)).pluginReports;
  findings = violations.flatMap(({ ruleName: rule, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath: at }) => ({ rule, at })),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isAbout = (
  { rule, at }: (typeof findings)[number],
  acknowledged: (typeof ACKNOWLEDGED)[number],
) => acknowledged.rule.test(rule) && acknowledged.at.test(at);

describe('the rules of AWS Solutions', () => {
  it('find nothing but what is acknowledged, with its reason', () => {
    expect(
      findings.filter((finding) => !ACKNOWLEDGED.some((known) => isAbout(finding, known))),
    ).toEqual([]);
  });

  it.each(ACKNOWLEDGED)('still find what is acknowledged: $rule at $at', (known) => {
    expect(findings.some((finding) => isAbout(finding, known))).toBe(true);
  });
});
