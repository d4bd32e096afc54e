import type { ResolvedStack, Resource, RunningPart } from '../contract.ts';
import { type Fields, fieldsInList } from '../fields.ts';
import { hasNoRoom, isDiskFull, WAIT_FOR_ROOM_MS } from '../full-disk.ts';
import type { Asynchronous } from '../functions/asynchronous.ts';
import { Timers } from '../timers.ts';
import type { Topics } from '../topics.ts';
import { inputOf } from './input.ts';
import { matches } from './pattern.ts';

/**
 * EventBridge's rules: by the clock, and by events of other parts of the stack. EventBridge is done with an event as
 * soon as Lambda or SNS has taken it over. Here that fails on a full disk alone: an event then waits for room, and a time of the
 * clock is left out, since another one comes. So a target's own attempts, age and dead-letter queue have nothing to do; the
 * function's have.
 */

export interface RulesOptions {
  readonly stack: ResolvedStack;
  readonly functions: Pick<Asynchronous, 'accept'>;
  readonly topics: Pick<Topics, 'has' | 'publish'>;
  /** Told of each event that a full disk did not take. */
  readonly onDiskFull?: (() => void) | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Milliseconds between two runs of `rate(5 minutes)`. */
export function rateMs(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const length = UNIT_MS[unit];
  if (count === undefined || length === undefined) {
    throw new Error(`The local stack does not know the schedule ${expression}.`);
  }
  return Number(count) * length;
}

export class Rules implements RunningPart {
  private readonly options: RulesOptions;
  private readonly rules: readonly Resource[];
  private readonly timers = new Timers();

  constructor(options: RulesOptions) {
    this.options = options;
    this.rules = options.stack.resources.filter(
      ({ type, properties }) => type === 'AWS::Events::Rule' && properties.State !== 'DISABLED',
    );
  }

  /** Runs what goes by the clock: once now, for what was missed while this machine was off, and then as it says. */
  start(): void {
    for (const rule of this.rules) {
      const { ScheduleExpression: expression } = rule.properties;
      if (expression === undefined) continue;
      const fire = () =>
        this.hasFired(rule, { source: 'aws.events', 'detail-type': 'Scheduled Event' });
      this.timers.every(rateMs(String(expression)), fire);
      fire();
    }
  }

  /** Hands an event to every rule whose pattern it matches. */
  publish(event: Fields): void {
    for (const rule of this.rules) {
      const { EventPattern: pattern } = rule.properties;
      if (pattern !== undefined && matches(pattern, event)) this.fire(rule, event);
    }
  }

  private fire(rule: Resource, event: Fields): void {
    if (this.hasFired(rule, event)) return;
    this.timers.after(WAIT_FOR_ROOM_MS, () => this.fire(rule, event));
  }

  async close(): Promise<void> {
    this.timers.callOff();
  }

  /** @returns false when there is no room for it. */
  private hasFired(rule: Resource, event: Fields): boolean {
    const { functions, topics, onDiskFull } = this.options;
    try {
      for (const target of fieldsInList(rule.properties.Targets)) {
        const arn = String(target.Arn);
        const input = inputOf(target, event);
        if (topics.has(arn)) topics.publish(arn, input);
        else functions.accept(arn, input);
      }
      return true;
    } catch (error) {
      if (!hasNoRoom(error)) throw error;
      if (isDiskFull(error)) onDiskFull?.();
      return false;
    }
  }
}
