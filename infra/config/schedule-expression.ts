/**
 * EventBridge Scheduler's expressions (User Guide, "Schedule types"): checked here, because CloudFormation would say so
 * only in the middle of a deployment.
 */

interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, from `from` on. */
  readonly names?: readonly string[];
  /** What the field may say beside numbers, ranges and steps. */
  readonly special?: RegExp;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const YEAR: CronField = { name: 'year', from: 1970, to: 2199 };
const CRON_FIELDS: readonly CronField[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31, special: /^(L|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  {
    name: 'day of the week',
    from: 1,
    to: 7,
    names: DAYS,
    special: /^(L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  YEAR,
];
const [, , ...DAY_FIELDS] = CRON_FIELDS;

const FORMS =
  'has to be cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)';

/** @returns what is wrong with an expression; undefined when it is one that EventBridge Scheduler takes. */
export function problemIn(expression: string): string | undefined {
  const { kind, inner } = partsOf(expression);
  switch (kind) {
    case 'cron':
      return problemInCron(inner);
    case 'rate':
      return problemInRate(inner);
    case 'at':
      return problemInTime(inner);
    default:
      return FORMS;
  }
}

/** What an expression says and of which kind it is, which is undefined where it has none of the three forms. */
function partsOf(expression: string): { readonly kind?: string; readonly inner: string } {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  return kind === undefined ? { inner } : { kind, inner };
}

/** All of IANA's names that are three letters. */
const OF_THREE_LETTERS: ReadonlySet<string> = new Set(
  'CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' '),
);
/** Node knows names that are not IANA's besides; by those of three letters, BST is the time of Bangladesh. */
const MAYBE_NOT_IANA = /^([A-Z]{3}$|SystemV\/)/;

/**
 * IANA's names alone, in IANA's own spelling: an offset would not follow daylight saving time, and unlike this machine
 * EventBridge Scheduler is not known to pass over letters in the wrong case.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name)) return false;
  if (MAYBE_NOT_IANA.test(name) && !OF_THREE_LETTERS.has(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** Whether the one time of an expression has come already, or all of its years are over. */
export function isOver(expression: string, timeZone: string, now: Date): boolean {
  const { kind, inner } = partsOf(expression);
  if (kind === 'rate') return false;
  // Swedes write dates and times as expressions do, but for the T.
  const clock = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const here = clock.format(now).replace(' ', 'T');
  if (kind === 'at') return inner <= here;
  const years = allValues(inner.split(' ').at(-1) ?? '', YEAR);
  return years.every((year) => year < Number(here.slice(0, 4)));
}

const MOST_A_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };

/** Whether an expression is due on each day of this year and of all that are to come. */
export function comesDaily(expression: string, now: Date): boolean {
  const { kind, inner } = partsOf(expression);
  if (kind === 'rate') {
    const [count, unit = ''] = inner.split(' ');
    return Number(count) <= (MOST_A_DAY[unit.replace(/s$/, '')] ?? 0);
  }
  if (kind !== 'cron') return false;
  const [, , ...days] = inner.split(' ');
  return DAY_FIELDS.every((field, index) =>
    isEach(days[index] ?? '', field, field === YEAR ? now.getUTCFullYear() : field.from),
  );
}

/** Whether a field leaves out none from `first` on: there is more than one way to say so, as `*`, `1/1` and `SUN-SAT`. */
function isEach(text: string, field: CronField, first: number): boolean {
  if (text === '?') return true;
  const values = allValues(text, field).filter((value) => value >= first);
  return new Set(values).size > field.to - first;
}

function allValues(text: string, field: CronField): readonly number[] {
  return text.split(',').flatMap((part) => valuesOf(part, field) ?? []);
}

function problemInCron(inner: string): string | undefined {
  const texts = inner.split(' ');
  if (texts.length !== CRON_FIELDS.length) {
    return `cron takes six fields, with the year: ${texts.length} given, as in cron(0 3 * * ? *)`;
  }
  const wrong = CRON_FIELDS.find((field, index) => !isCronField(texts[index] ?? '', field));
  if (wrong !== undefined) return `the field ${wrong.name} of cron is wrong`;
  const [, , dayOfMonth, , dayOfWeek = ''] = texts;
  if (dayOfWeek.includes('#') && dayOfWeek.includes(',')) {
    return 'cron takes one day of the week alone where it has #, as in cron(0 3 ? * FRI#1 *)';
  }
  return (dayOfMonth === '?') === (dayOfWeek === '?')
    ? 'cron takes ? for exactly one of day of the month and day of the week'
    : undefined;
}

function isCronField(text: string, field: CronField): boolean {
  if (text === '?') return field.special !== undefined;
  return text.split(',').every((part) => isCronPart(part, field));
}

function isCronPart(part: string, field: CronField): boolean {
  return field.special?.test(part) || valuesOf(part, field) !== undefined;
}

/** The values of one value, range or step: `5`, `MON-FRI`, `*`, `0/15`, `9-17/2`; undefined when it is none of these. */
function valuesOf(part: string, field: CronField): readonly number[] | undefined {
  const [, range = '', step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  if (step !== undefined && Number(step) > field.to) return undefined;
  const ends = range === '*' ? [`${field.from}`, `${field.to}`] : range.split('-');
  const [from, to] = [ends.at(0), ends.at(-1)].map((end = '') => fieldValue(end, field));
  if (ends.length > 2 || from === undefined || to === undefined || from > to) return undefined;
  // A step from one value on has no end of its own.
  const last = step !== undefined && ends.length === 1 ? field.to : to;
  const each = Number(step ?? 1);
  return Array.from({ length: Math.floor((last - from) / each) + 1 }, (_, at) => from + at * each);
}

function fieldValue(text: string, { from, to, names = [] }: CronField): number | undefined {
  const named = names.indexOf(text);
  if (named !== -1) return from + named;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= from && value <= to ? value : undefined;
}

function problemInRate(inner: string): string | undefined {
  const [, count, unit, plural] = /^([1-9]\d{0,5}) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (count === undefined || unit === undefined) {
    return 'rate takes a whole number and minutes, hours or days, as in rate(6 hours)';
  }
  return (count === '1') === (plural === '')
    ? undefined
    : `rate wants rate(1 ${unit}), rate(2 ${unit}s)`;
}

function problemInTime(inner: string): string | undefined {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner);
  const time = new Date(`${inner}Z`);
  const isReal = isTime && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(inner);
  return isReal ? undefined : 'at takes a date and time, as in at(2027-01-31T03:00:00)';
}
