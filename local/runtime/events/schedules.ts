import { randomUUID } from 'node:crypto';
import type { ResolvedStack, Resource, RunningPart } from '../contract.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { hasNoRoom } from '../full-disk.ts';
import type { Asynchronous } from '../functions/asynchronous.ts';
import { Timers } from '../timers.ts';
import type { Checkpoints } from './checkpoints.ts';
import { type ScheduleTimes, scheduleTimes } from './schedule-times.ts';

/**
 * EventBridge Scheduler. Where this machine was off or asleep at a scheduled time, the latest one that EventBridge would
 * still be trying is delivered as soon as it is back, once. EventBridge is done with a time as soon as Lambda has taken its
 * event over. Here that fails on a full disk alone, which is tried again until the event is too old; so a target's own attempts
 * and dead-letter queue have nothing to do, the function's have.
 */

export interface SchedulesOptions {
  readonly stack: ResolvedStack;
  readonly functions: Pick<Asynchronous, 'accept'>;
  /** When each schedule was first seen, and the last of its times that was dealt with. */
  readonly positions: Checkpoints;
}

interface Watched {
  readonly arn: string;
  readonly target: Fields;
  readonly times: ScheduleTimes;
  readonly ageMs: number;
  /** Names it in the positions; another expression is another schedule. */
  readonly key: string;
}

const DEFAULT_AGE_SECONDS = 86_400;
/** A machine that wakes up from sleep notices within this time what it missed. */
const LOOK_AGAIN_MS = 30_000;

/** A time that was dealt with and is farther ahead than clocks are set back is none that the clock has rightly shown. */
const AHEAD_MS = 86_400_000;

export class Schedules implements RunningPart {
  private readonly options: SchedulesOptions;
  private readonly watched: readonly Watched[];
  private readonly timers = new Timers();

  /** @throws Error when a schedule of the stack cannot be run here. */
  constructor(options: SchedulesOptions) {
    this.options = options;
    this.watched = options.stack.resources
      .filter(
        ({ type, properties }) =>
          type === 'AWS::Scheduler::Schedule' && properties.State !== 'DISABLED',
      )
      .map((resource) => this.watch(resource));
    // One that was taken out and comes back has missed nothing meanwhile.
    const keys = this.watched.flatMap(({ key }) => [key, sinceKey(key)]);
    options.positions.keepOnly(new Set(keys));
  }

  start(): void {
    for (const watched of this.watched) this.look(watched, this.handled(watched));
  }

  async close(): Promise<void> {
    this.timers.callOff();
  }

  private watch({ logicalId, arn, properties }: Resource): Watched {
    const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', Target } = properties;
    const [expression, timeZone] = [String(ScheduleExpression), String(ScheduleExpressionTimezone)];
    const target = fieldsOf(Target);
    const retry = fieldsOf(target.RetryPolicy);
    const key = `${logicalId} ${expression} ${timeZone}`;
    return {
      arn,
      target,
      key,
      times: scheduleTimes(expression, timeZone, this.since(key)),
      ageMs: Number(retry.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
    };
  }

  private since(key: string): Date {
    const { positions } = this.options;
    const kept = positions.get(sinceKey(key));
    if (kept !== undefined) return new Date(kept);
    const now = new Date();
    now.setMilliseconds(0);
    positions.set(sinceKey(key), now.toISOString());
    return now;
  }

  /** The last time that was dealt with; before there was one, just before the schedule was made. */
  private handled({ key }: Watched): Date {
    const kept = this.options.positions.get(key);
    return kept === undefined ? new Date(this.since(key).getTime() - 1) : new Date(kept);
  }

  /** Delivers the latest time since `last` that has come and is not too old, and waits for the next one. */
  private look(watched: Watched, seenLast: Date): void {
    const now = Date.now();
    // A clock that was set right after it was far ahead: waiting for that time, the schedule would be still for as long.
    const last = seenLast.getTime() - now > AHEAD_MS ? new Date(now) : seenLast;
    const { times, ageMs } = watched;
    let due: Date | undefined;
    let next = times.after(new Date(Math.max(last.getTime(), now - ageMs - 1)));
    while (next !== undefined && next.getTime() <= now) {
      due = next;
      next = times.after(next);
    }
    if (due !== undefined && !this.hasDelivered(watched, due)) {
      this.timers.after(LOOK_AGAIN_MS, () => this.look(watched, last));
      return;
    }
    if (next === undefined) return;
    const seen = due ?? last;
    this.timers.after(Math.min(next.getTime() - now, LOOK_AGAIN_MS), () =>
      this.look(watched, seen),
    );
  }

  /** @returns false when there is no room for it. */
  private hasDelivered({ key, ...watched }: Watched, time: Date): boolean {
    const { functions, positions } = this.options;
    try {
      functions.accept(String(watched.target.Arn), inputOf(watched, time));
    } catch (error) {
      if (!hasNoRoom(error)) throw error;
      return false;
    }
    try {
      positions.set(key, time.toISOString());
    } catch (error) {
      // It is known until the stack ends; after that the time may come once more, as on AWS.
      if (!hasNoRoom(error)) throw error;
    }
    return true;
  }
}

/** Under which it is kept when a schedule was first seen. */
function sinceKey(key: string): string {
  return `${key} since`;
}

/** The target's input with the scheduler's context attributes filled in. */
function inputOf({ arn, target }: Pick<Watched, 'arn' | 'target'>, time: Date): unknown {
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': arn,
    'scheduled-time': time.toISOString().replace(/\.\d+Z$/, 'Z'),
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  const text = String(target.Input ?? '{}').replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, name: string) => attributes[name] ?? whole,
  );
  return JSON.parse(text);
}
