import { Cron } from 'croner';
import { rateMs } from './rules.ts';

/** When EventBridge Scheduler's expressions fire (its User Guide, "Schedule types"). */

export interface ScheduleTimes {
  /** The first scheduled time after this one; undefined when there is none any more. */
  after(time: Date): Date | undefined;
}

/**
 * @param since when the schedule was made: the times of a rate are counted from it.
 * @throws Error when this machine would not fire it as EventBridge does.
 */
export function scheduleTimes(expression: string, timeZone: string, since: Date): ScheduleTimes {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return cronTimes(inner, timeZone);
    case 'rate':
      return rateTimes(rateMs(expression), since.getTime());
    case 'at':
      return { after: (time) => pattern(inner, timeZone).nextRun(time) ?? undefined };
    default:
      throw new Error(`The local stack does not know the schedule ${expression}.`);
  }
}

function rateTimes(length: number, since: number): ScheduleTimes {
  return {
    after(time) {
      const before = Math.floor((time.getTime() - since) / length);
      return new Date(since + (before + 1) * length);
    },
  };
}

/** A time that the clock jumps over is left out; of one that it shows twice, the second is. */
function cronTimes(expression: string, timeZone: string): ScheduleTimes {
  const cron = pattern(translated(expression), timeZone);
  return {
    after(time) {
      let next = cron.nextRun(time);
      while (next !== null && (!cron.match(next) || isShownAgain(next, timeZone))) {
        next = cron.nextRun(next);
      }
      return next ?? undefined;
    },
  };
}

function pattern(text: string, timezone: string): Cron {
  return new Cron(text, { timezone });
}

/** By how much clocks are put back: an hour, half of one on Lord Howe Island, two at Troll. */
const PUT_BACK_MS = [3_600_000, 1_800_000, 7_200_000];

function isShownAgain(time: Date, timeZone: string): boolean {
  const clock = new Intl.DateTimeFormat('en', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const shown = clock.format(time);
  return PUT_BACK_MS.some((ms) => clock.format(time.getTime() - ms) === shown);
}

/** The last value of each field: minutes, hours, day of the month, month, day of the week, year. */
const LAST = [59, 23, 31, 12, 6, 2199];
const DAY_OF_WEEK = 4;
const YEAR = 5;
/** Amazon counts the steps of `*` from it, croner from 0. */
const FIRST_YEAR = 1970;
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Amazon's six fields as croner's seven: seconds first, no `?`, days of the week from 0, and steps with the end of
 * their range.
 */
function translated(expression: string): string {
  const fields = expression.split(' ');
  if (fields.length !== LAST.length) {
    throw new Error(`The local stack does not know the schedule cron(${expression}).`);
  }
  const translatedFields = fields.map((field, index) =>
    field
      .split(',')
      .map((part) => (index === DAY_OF_WEEK ? dayOfWeek(part) : part))
      .map((part) => (index === YEAR ? part.replace('*/', `${FIRST_YEAR}/`) : part))
      .map((part) => part.replace('?', '*').replace(/^(\w+)\//, `$1-${LAST[index]}/`))
      .join(','),
  );
  return ['0', ...translatedFields].join(' ');
}

/** `2-6` → `1-5`, `MON` → `1`, `6L` → `5L`, `3#2` → `2#2`; `L` alone is the last day of the week. */
function dayOfWeek(part: string): string {
  if (part === 'L') return '6';
  const [, days = '', rest = ''] = /^([^#/]*)(.*)$/.exec(part) ?? [];
  const named = days.replace(/[A-Z]{3}/g, (name) => String(DAYS.indexOf(name) + 1));
  return named.replace(/\d+/g, (day) => String(Number(day) - 1)) + rest;
}
