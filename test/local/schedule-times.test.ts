import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemIn } from '../../infra/config/schedule-expression.ts';
import { scheduleTimes } from '../../local/runtime/events/schedule-times.ts';

const SINCE = new Date('2027-01-01T00:00:00Z');

/** The next scheduled times after `from`. */
function times(expression: string, zone: string, from: string, count: number): readonly string[] {
  const schedule = scheduleTimes(expression, zone, SINCE);
  const found: string[] = [];
  let time = schedule.after(new Date(from));
  while (time !== undefined && found.length < count) {
    found.push(time.toISOString().slice(0, 16));
    time = schedule.after(time);
  }
  return found;
}

describe('cron', () => {
  it.each([
    ['cron(0 3 * * ? *)', ['2027-01-30T03:00', '2027-01-31T03:00']],
    ['cron(50/5 23 * * ? *)', ['2027-01-30T23:50', '2027-01-30T23:55', '2027-01-31T23:50']],
    ['cron(*/30 3 * * ? *)', ['2027-01-30T03:00', '2027-01-30T03:30', '2027-01-31T03:00']],
    ['cron(0 3 */10 */2 ? *)', ['2027-01-31T03:00', '2027-03-01T03:00', '2027-03-11T03:00']],
    ['cron(0 3 ? * SUN,WED-THU *)', ['2027-01-31T03:00', '2027-02-03T03:00', '2027-02-04T03:00']],
    ['cron(0 3 ? * */3 *)', ['2027-01-30T03:00', '2027-01-31T03:00', '2027-02-03T03:00']],
    ['cron(0 8-12/2 ? * * *)', ['2027-01-30T08:00', '2027-01-30T10:00', '2027-01-30T12:00']],
    ['cron(0 3 ? * MON-FRI *)', ['2027-02-01T03:00', '2027-02-02T03:00']],
    ['cron(0 3 ? * 1 *)', ['2027-01-31T03:00', '2027-02-07T03:00']],
    ['cron(00 03 ? * 02 *)', ['2027-02-01T03:00', '2027-02-08T03:00']],
    ['cron(0 3 ? * 2-3 *)', ['2027-02-01T03:00', '2027-02-02T03:00', '2027-02-08T03:00']],
    ['cron(0 3 ? * L *)', ['2027-01-30T03:00', '2027-02-06T03:00']],
    ['cron(15 10 ? * 6L *)', ['2027-02-26T10:15', '2027-03-26T10:15']],
    ['cron(15 10 ? * 3#2 *)', ['2027-02-09T10:15', '2027-03-09T10:15']],
    ['cron(15 10 ? * TUE#2 *)', ['2027-02-09T10:15', '2027-03-09T10:15']],
    ['cron(0 3 L * ? *)', ['2027-01-31T03:00', '2027-02-28T03:00']],
    ['cron(0 3 15W * ? *)', ['2027-02-15T03:00', '2027-03-15T03:00', '2027-04-15T03:00']],
    ['cron(0 3 1 JAN/6 ? 2028-2029)', ['2028-01-01T03:00', '2028-07-01T03:00', '2029-01-01T03:00']],
    ['cron(0 3 1 1 ? */3)', ['2030-01-01T03:00', '2033-01-01T03:00']],
    ['cron(0 3 1 1 ? 2026)', []],
  ])('%s', (expression, expected) => {
    expect(times(expression, 'UTC', '2027-01-30T00:00:00Z', expected.length || 1)).toEqual(
      expected,
    );
  });

  it('goes by the clocks of its time zone, in summer and in winter', () => {
    expect(times('cron(0 3 * * ? *)', 'Europe/Berlin', '2027-03-26T12:00:00Z', 3)).toEqual([
      '2027-03-27T02:00',
      '2027-03-28T01:00',
      '2027-03-29T01:00',
    ]);
  });

  it('leaves out a time that the clock jumps over', () => {
    expect(times('cron(30 2 * * ? *)', 'Europe/Berlin', '2027-03-27T00:00:00Z', 2)).toEqual([
      '2027-03-27T01:30',
      '2027-03-29T00:30',
    ]);
  });

  it('fires once at a time that the clock shows twice', () => {
    expect(times('cron(0/30 2 * * ? *)', 'Europe/Berlin', '2027-10-30T12:00:00Z', 3)).toEqual([
      '2027-10-31T00:00',
      '2027-10-31T00:30',
      '2027-11-01T01:00',
    ]);
  });

  it('does so where clocks are put back by half an hour', () => {
    expect(times('cron(45 1 * * ? *)', 'Australia/Lord_Howe', '2027-04-03T12:00:00Z', 2)).toEqual([
      '2027-04-03T14:45',
      '2027-04-04T15:15',
    ]);
  });

  it('does so where clocks are put back by two hours', () => {
    expect(times('cron(30 1,2 * * ? *)', 'Antarctica/Troll', '2027-10-30T12:00:00Z', 3)).toEqual([
      '2027-10-30T23:30',
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
  });
});

describe('rate', () => {
  it('begins when the schedule was made, and keeps its step whenever one asks', () => {
    expect(times('rate(6 hours)', 'UTC', '2026-12-31T23:59:59.999Z', 2)).toEqual([
      '2027-01-01T00:00',
      '2027-01-01T06:00',
    ]);
    expect(times('rate(6 hours)', 'UTC', '2027-05-05T13:37:00Z', 1)).toEqual(['2027-05-05T18:00']);
  });

  it('keeps it where the clock was ahead when the schedule was made', () => {
    expect(times('rate(6 hours)', 'UTC', '2020-05-05T13:37:00Z', 1)).toEqual(['2020-05-05T18:00']);
  });
});

describe('at', () => {
  it('fires once, by the clocks of its time zone', () => {
    const from = '2027-06-01T00:00:00Z';
    expect(times('at(2027-07-01T03:00:00)', 'Europe/Berlin', from, 2)).toEqual([
      '2027-07-01T01:00',
    ]);
    expect(times('at(2027-05-01T03:00:00)', 'Europe/Berlin', from, 2)).toEqual([]);
  });
});

describe('an expression that EventBridge would not take', () => {
  it.each(['0 3 * * *', 'cron(0 3 * * *)', 'rate(3 fortnights)'])('%s is refused', (expression) => {
    expect(() => scheduleTimes(expression, 'UTC', SINCE)).toThrow('does not know the schedule');
  });
});

describe('an expression that the synthesis takes', () => {
  const word = fc.constantFrom(
    ...'* ? L W # / - , 0 07 1 5 8 13 24 32 60 MON SAT JAN 2027 2200'.split(' '),
  );
  const odd = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(''));
  const orElse = (usual: string) => fc.oneof(fc.constant(usual), odd);
  const cron = fc
    .tuple(orElse('0'), orElse('3'), orElse('?'), orElse('*'), orElse('MON'), orElse('*'))
    .map((fields) => `cron(${fields.join(' ')})`)
    .filter((expression) => problemIn(expression) === undefined);

  it('runs here, whatever it is', () => {
    fc.assert(
      fc.property(cron, (expression) => {
        expect(() => scheduleTimes(expression, 'UTC', SINCE).after(SINCE)).not.toThrow();
      }),
    );
  });
});
