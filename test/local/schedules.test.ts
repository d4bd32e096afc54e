import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { DeadLetters } from '../../local/runtime/events/dead-letters.ts';
import { Schedules } from '../../local/runtime/events/schedules.ts';

/** Schedules of a template, in virtual time, over starts of the machine. */

const HOUR = 3_600_000;
const ARN = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/Nightly';

let folder = '';
let calls: { readonly scheduledTime: string; readonly attempt: string }[] = [];
let fails = 0;
/** This scheduled time is answered after a minute and a half only. */
let slow = '';
let running: Schedules | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schedules-'));
  calls = [];
  fails = 0;
  slow = '';
  vi.useFakeTimers({ now: new Date('2027-01-30T12:00:00Z') });
});

afterEach(async () => {
  await running?.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

interface Changes {
  readonly expression?: string;
  readonly retries?: number;
  readonly ageHours?: number;
  readonly state?: string;
}

/** Starts the machine anew with what it kept on disk. */
function start({
  expression = 'cron(0 3 * * ? *)',
  retries = 3,
  ageHours = 6,
  state,
}: Changes = {}) {
  void running?.close();
  running = new Schedules({
    stack: {
      stackName: 'Stack',
      outputs: {},
      resources: [
        {
          logicalId: 'Nightly',
          type: 'AWS::Scheduler::Schedule',
          physicalId: 'Nightly',
          arn: ARN,
          properties: {
            ScheduleExpression: expression,
            ScheduleExpressionTimezone: 'UTC',
            State: state ?? 'ENABLED',
            Target: {
              Arn: 'schedule',
              Input:
                '{"arn":"<aws.scheduler.schedule-arn>","scheduledTime":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}',
              RetryPolicy: {
                MaximumRetryAttempts: retries,
                MaximumEventAgeInSeconds: ageHours * 3600,
              },
              DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:Letters' },
            },
          },
        },
      ],
    },
    invoker: {
      invoke: async (name, payload): Promise<InvocationResult> => {
        const { arn, scheduledTime, attempt } = Object(payload);
        expect([name, arn]).toEqual(['schedule', ARN]);
        calls.push({ scheduledTime, attempt });
        if (scheduledTime === slow) await new Promise((resolve) => setTimeout(resolve, 90_000));
        fails -= 1;
        return fails >= 0
          ? { kind: 'error', error: { errorType: 'E', errorMessage: '' } }
          : { kind: 'success', payload: null };
      },
    },
    positions: new Checkpoints(join(folder, 'schedules.json')),
    deadLetters: new DeadLetters(folder),
  });
  running.start();
}

async function off(hours: number): Promise<void> {
  await running?.close();
  vi.setSystemTime(Date.now() + hours * HOUR);
}

const fired = () => calls.map(({ scheduledTime }) => scheduledTime);
const hours = (count: number) => vi.advanceTimersByTimeAsync(count * HOUR);

describe('a schedule', () => {
  it('fires at its times, and says which one it is', async () => {
    start();
    await hours(14);
    expect(calls).toEqual([]);
    await hours(25);
    expect(fired()).toEqual(['2027-01-31T03:00:00Z', '2027-02-01T03:00:00Z']);
  });

  it('has missed nothing before it was there', async () => {
    vi.setSystemTime(new Date('2027-01-30T03:30:00Z'));
    start();
    await hours(1);
    expect(calls).toEqual([]);
  });

  it('by rate fires at once, and then as it says', async () => {
    start({ expression: 'rate(2 hours)' });
    await hours(4.5);
    expect(fired()).toEqual([
      '2027-01-30T12:00:00Z',
      '2027-01-30T14:00:00Z',
      '2027-01-30T16:00:00Z',
    ]);
  });

  it('that is disabled does not fire', async () => {
    start({ state: 'DISABLED' });
    await hours(24);
    expect(calls).toEqual([]);
  });
});

describe('while the machine was off', () => {
  it('only the latest time that it missed is made up for, once', async () => {
    start({ expression: 'cron(30 * * * ? *)' });
    await hours(1);
    await off(3);
    start({ expression: 'cron(30 * * * ? *)' });
    await vi.advanceTimersByTimeAsync(1);
    start({ expression: 'cron(30 * * * ? *)' });
    await vi.advanceTimersByTimeAsync(1);
    expect(fired()).toEqual(['2027-01-30T12:30:00Z', '2027-01-30T15:30:00Z']);
  });

  it('a time is not made up for that EventBridge would have given up', async () => {
    start();
    await off(24);
    start();
    await hours(1);
    expect(calls).toEqual([]);
  });

  it('asleep counts as off', async () => {
    start();
    vi.setSystemTime(new Date('2027-01-31T05:00:00Z'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fired()).toEqual(['2027-01-31T03:00:00Z']);
  });

  it('another expression is a schedule that was not there before', async () => {
    start();
    await off(16);
    start({ expression: 'cron(30 3 * * ? *)' });
    await hours(1);
    expect(calls).toEqual([]);
  });
});

describe('a delivery that fails', () => {
  it('is tried again with the same scheduled time', async () => {
    fails = 2;
    start();
    await hours(16);
    expect(calls).toEqual([
      { scheduledTime: '2027-01-31T03:00:00Z', attempt: '1' },
      { scheduledTime: '2027-01-31T03:00:00Z', attempt: '2' },
      { scheduledTime: '2027-01-31T03:00:00Z', attempt: '3' },
    ]);
  });

  it('is set aside after its attempts, and not delivered again after a start', async () => {
    fails = 99;
    start({ retries: 2 });
    await hours(16);
    expect(calls).toHaveLength(3);
    expect(readFileSync(join(folder, 'Letters.jsonl'), 'utf8')).toContain('2027-01-31T03:00:00Z');
    start({ retries: 2 });
    await hours(1);
    expect(calls).toHaveLength(3);
  });

  it('is set aside when it is too old', async () => {
    fails = 999;
    start({ retries: 185, ageHours: 1 });
    await hours(18);
    expect(calls.length).toBeLessThan(80);
    expect(readFileSync(join(folder, 'Letters.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('does not hold up later times, nor undo them when it succeeds after them', async () => {
    slow = '2027-01-30T12:01:00Z';
    start({ expression: 'rate(1 minute)' });
    await vi.advanceTimersByTimeAsync(160_000);
    expect(fired()).toEqual(['2027-01-30T12:00:00Z', slow, '2027-01-30T12:02:00Z']);
    start({ expression: 'rate(1 minute)' });
    await vi.advanceTimersByTimeAsync(1);
    expect(fired()).toHaveLength(3);
  });

  it('cut off by the machine is delivered again after the start', async () => {
    fails = 1;
    start();
    await hours(15);
    await running?.close();
    start();
    await vi.advanceTimersByTimeAsync(1);
    expect(fired()).toEqual(['2027-01-31T03:00:00Z', '2027-01-31T03:00:00Z']);
  });
});
