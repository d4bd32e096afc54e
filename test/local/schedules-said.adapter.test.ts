import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Schedules } from '../../infra/schedules.ts';
import { schedulesSaid } from '../../local/start/schedules-said.ts';

/** What a start says of its schedules, by an assembly as the CDK writes it. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'said-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Synthesizes a schedule for each of these expressions. @returns the folder of the assembly. */
function synthesized(...expressions: readonly string[]): string {
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Jobs');
  const schedule = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });
  const schedules = expressions.map((expression, index) => ({
    name: `s${index}`,
    budgetId: '0193b2c4-8d7e-7f00-a000-000000000001',
    timeZone: 'Europe/Berlin',
    expression,
  }));
  new Schedules(stack, 'Schedules', { schedule, schedules });
  return app.synth().directory;
}

const OVER = 'is over, so it makes no job. Give it a time that is still to come';

describe('a schedule that makes no job any more', () => {
  const PAST = 'cron(0 3 * * ? 2020)';

  it('of an option is told once in place of what it would do, for however many budgets it is', () => {
    const config = { schedule: `By the schedule ${PAST} a job syncs.`, ownSchedules: false };
    const said = schedulesSaid(config, synthesized(PAST, PAST));
    expect(said.split('\n')).toEqual([
      expect.stringMatching(
        /^--schedule cron\(0 3 \* \* \? 2020\) in Europe\/Berlin is over, .+\.$/,
      ),
    ]);
    expect(said).toContain(OVER);
    expect(said).not.toContain('[');
  });

  it("of the user's own configuration is told by its field, beside those that go on", () => {
    const config = { schedule: 'Jobs are scheduled by own.json.', ownSchedules: true };
    const assembly = synthesized('rate(1 day)', 'at(2020-01-31T03:00:00)');
    expect(schedulesSaid(config, assembly).split('\n')).toEqual([
      'Jobs are scheduled by own.json.',
      expect.stringContaining(
        `schedules.1.expression: at(2020-01-31T03:00:00) in Europe/Berlin ${OVER}`,
      ),
    ]);
  });
});

it('a schedule that makes jobs is said as it was written', () => {
  const config = { schedule: 'Every night at 3:00 a job syncs.', ownSchedules: false };
  expect(schedulesSaid(config, synthesized('cron(0 3 * * ? *)'))).toBe(config.schedule);
});
