import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { Schedules } from '../../local/runtime/events/schedules.ts';
import { ARN, type Changes, nightly } from './nightly.ts';

/** Schedules of a template, in virtual time, over starts of the machine. */

const HOUR = 3_600_000;

let folder = '';
let calls: { readonly scheduledTime: string; readonly attempt: string }[] = [];
let running: Schedules | undefined;
/** Tries that the disk has no room for. */
let refusals = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schedules-'));
  calls = [];
  refusals = 0;
  vi.useFakeTimers({ now: new Date('2027-01-30T12:00:00Z') });
});

afterEach(async () => {
  await running?.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Starts the machine anew with what it kept on disk. */
function start(changes: Changes = {}) {
  void running?.close();
  running = new Schedules({
    stack: nightly(changes),
    functions: {
      accept: (name, payload) => {
        const { arn, scheduledTime, attempt } = Object(payload);
        expect([name, arn]).toEqual(['schedule', ARN]);
        refusals -= 1;
        if (refusals >= 0) throw Object.assign(new Error('disk is full'), { errcode: 13 });
        calls.push({ scheduledTime, attempt });
      },
    },
    positions: new Checkpoints(join(folder, 'schedules.json')),
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

  it('fires once there is room where the disk was full at its time', async () => {
    start();
    refusals = 10;
    await hours(40);
    expect(fired()).toEqual(['2027-01-31T03:00:00Z', '2027-02-01T03:00:00Z']);
  });

  it.each([
    ['a full disk did not take', 'ENOSPC'],
    ['there was no open file for', 'EMFILE'],
  ])('does not fire again for a position that %s', async (_what, code) => {
    start();
    const full = Object.assign(new Error('no room'), { code });
    const { set } = Checkpoints.prototype;
    const disk = vi.spyOn(Checkpoints.prototype, 'set').mockImplementation(function (
      this: Checkpoints,
      key,
      at,
    ) {
      set.call(this, key, at);
      throw full;
    });
    await hours(40);
    disk.mockRestore();
    expect(fired()).toEqual(['2027-01-31T03:00:00Z', '2027-02-01T03:00:00Z']);
  });

  it('that is disabled does not fire', async () => {
    start({ state: 'DISABLED' });
    await hours(24);
    expect(calls).toEqual([]);
  });
});

describe('a clock that is set back', () => {
  it('by an hour fires no time twice, and none too few', async () => {
    start({ expression: 'rate(30 minutes)' });
    await hours(1.1);
    const before = fired();
    vi.setSystemTime(Date.now() - HOUR);
    await hours(1.1);
    expect(fired()).toEqual(before);
    await hours(0.5);
    expect(fired()).toEqual([...before, '2027-01-30T13:30:00Z']);
  });
});

describe('a clock that was years ahead', () => {
  const ahead = async () => {
    start();
    vi.setSystemTime(new Date('2031-05-05T04:00:00Z'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fired()).toEqual(['2031-05-05T03:00:00Z']);
    vi.setSystemTime(new Date('2027-01-30T12:30:00Z'));
  };

  it('does not keep a schedule still once it is set right', async () => {
    await ahead();
    await hours(15);
    expect(fired().slice(1)).toEqual(['2027-01-31T03:00:00Z']);
  });

  it('does not after a start either', async () => {
    await ahead();
    start();
    await hours(39);
    expect(fired().slice(1)).toEqual(['2027-01-31T03:00:00Z', '2027-02-01T03:00:00Z']);
  });
});

describe('a schedule by rate that was made while the clock was years ahead', () => {
  const afterwards = async (comesOn: () => void) => {
    vi.setSystemTime(new Date('2031-05-05T04:00:00Z'));
    start({ expression: 'rate(2 hours)' });
    await vi.advanceTimersByTimeAsync(1);
    vi.setSystemTime(new Date('2027-01-30T12:30:00Z'));
    comesOn();
    await hours(4.5);
    return fired().slice(1);
  };

  it('goes on once it is set right', async () => {
    expect(await afterwards(() => undefined)).toEqual([
      '2027-01-30T14:00:00Z',
      '2027-01-30T16:00:00Z',
    ]);
  });

  it('does after a start too', async () => {
    expect(await afterwards(() => start({ expression: 'rate(2 hours)' }))).toEqual([
      '2027-01-30T14:00:00Z',
      '2027-01-30T16:00:00Z',
    ]);
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

  it('a time is made up for also where it would have been the first of all', async () => {
    start();
    await off(15.5);
    start();
    await vi.advanceTimersByTimeAsync(1);
    expect(fired()).toEqual(['2027-01-31T03:00:00Z']);
  });

  it('the times of a rate stay those that they were, however often it is started', async () => {
    for (const offHours of [0.5, 2, 0]) {
      start({ expression: 'rate(2 hours)' });
      await vi.advanceTimersByTimeAsync(1);
      await off(offHours);
    }
    expect(fired()).toEqual(['2027-01-30T12:00:00Z', '2027-01-30T14:00:00Z']);
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

  it('a schedule that was taken out has missed nothing when it is put back', async () => {
    start();
    await hours(16);
    start({ expression: 'rate(5 days)' });
    await hours(24);
    calls = [];
    start();
    await hours(1);
    expect(calls).toEqual([]);
  });
});
