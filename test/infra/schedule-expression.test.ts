import { describe, expect, it } from 'vitest';
import {
  comesDaily,
  isOver,
  isTimeZone,
  problemIn,
} from '../../infra/config/schedule-expression.ts';

/** Of the year 2027. */
const NOW = new Date('2027-01-31T02:00:00Z');

describe('an expression of EventBridge Scheduler', () => {
  it.each([
    'cron(0 3 * * ? *)',
    'cron(0/15 * * * ? *)',
    'cron(*/10 8-18/2 ? * MON-FRI *)',
    'cron(15 10 ? * 6L 2027-2028)',
    'cron(0 18 ? * 3#2 *)',
    'cron(0 18 ? * FRI#1 *)',
    'cron(0 5 L * ? *)',
    'cron(0 5 15W JAN,JUN ? 2027)',
    'cron(0 0 ? 2 L *)',
    'rate(1 minute)',
    'rate(12 hours)',
    'rate(7 days)',
    'at(2027-02-28T03:00:00)',
  ])('%s is one', (expression) => {
    expect(problemIn(expression)).toBeUndefined();
  });

  it.each([
    ['0 3 * * ? *', 'has to be'],
    ['every night', 'has to be'],
    ['cron(0 3 * * *)', 'six fields'],
    ['cron(0  3 * * ? *)', 'six fields'],
    ['cron(60 3 * * ? *)', 'minutes'],
    ['cron(0 24 * * ? *)', 'hours'],
    ['cron(0 3 0 * ? *)', 'day of the month'],
    ['cron(0 3 32W * ? *)', 'day of the month'],
    ['cron(0 3 1 13 ? *)', 'month'],
    ['cron(0 3 ? * 0 *)', 'day of the week'],
    ['cron(0 3 ? * MONDAY *)', 'day of the week'],
    ['cron(0 3 ? * FRI-MON *)', 'day of the week'],
    ['cron(0 3 ? * 2#6 *)', 'day of the week'],
    ['cron(0 3 ? * FRI#1,FRI#3 *)', 'one day of the week alone'],
    ['cron(0 3 ? * MON,FRI#1 *)', 'one day of the week alone'],
    ['cron(0 3 * * ? 1969)', 'year'],
    ['cron(? 3 * * ? *)', 'minutes'],
    ['cron(0/0 3 * * ? *)', 'minutes'],
    ['cron(0, 3 * * ? *)', 'minutes'],
    ['cron(1-2-3 3 * * ? *)', 'minutes'],
    ['cron(0 9-25 * * ? *)', 'hours'],
    ['cron(0 9- * * ? *)', 'hours'],
    ['cron(0 3 ? * 2-8 *)', 'day of the week'],
    ['cron(0 3 ? * MON-FRIDAY *)', 'day of the week'],
    ['cron(0 3 * * * *)', '? for exactly one'],
    ['cron(0 3 ? * ? *)', '? for exactly one'],
    ['rate(0 hours)', 'whole number'],
    ['rate(1.5 hours)', 'whole number'],
    ['rate(90 seconds)', 'whole number'],
    ['rate(1 hours)', 'rate(1 hour)'],
    ['rate(2 hour)', 'rate(2 hours)'],
    ['at(2027-02-30T03:00:00)', 'date and time'],
    ['at(2027-02-28 03:00)', 'date and time'],
    ['at(2027-02-28T03:00:00Z)', 'date and time'],
  ])('%s is none, and it says why', (expression, why) => {
    expect(problemIn(expression)).toContain(why);
  });
});

describe('an expression that is due every day', () => {
  it.each([
    'cron(0 3 * * ? *)',
    'cron(0/15 8-18 ? * * *)',
    'cron(0 3 1/1 * ? *)',
    'cron(0 3 */1 1-12 ? 1970-2199)',
    'cron(0 3 1-15,16-31 JAN-JUN,7/1 ? *)',
    'cron(0 3 ? * SUN-SAT *)',
    'cron(0 3 ? * MON-FRI,SUN,SAT *)',
    'cron(0 3 * * ? 2027-2199)',
    'cron(0 3 * * ? 2025/1)',
    'rate(1 day)',
    'rate(6 hours)',
    'rate(24 hours)',
    'rate(1440 minutes)',
  ])('%s', (expression) => {
    expect(comesDaily(expression, NOW)).toBe(true);
  });

  it.each([
    'cron(0 3 ? * MON-FRI *)',
    'cron(0 3 ? * MON-SAT,MON *)',
    'cron(0 3 1 * ? *)',
    'cron(0 3 1-30 * ? *)',
    'cron(0 3 1/2 * ? *)',
    'cron(0 3 2/1 * ? *)',
    'cron(0 3 L * ? *)',
    'cron(0 3 ? * 2L *)',
    'cron(0 3 * 1 ? *)',
    'cron(0 3 * * ? 2027)',
    'cron(0 3 * * ? 2027-2198)',
    'cron(0 3 * * ? 2028/1)',
    'cron(0 3 * * ? 2027/2)',
    'rate(2 days)',
    'rate(25 hours)',
    'rate(1441 minutes)',
    'at(2027-01-31T03:00:00)',
  ])('is none: %s', (expression) => {
    expect(comesDaily(expression, NOW)).toBe(false);
  });
});

describe('a time that is asked for once', () => {
  const now = new Date('2027-01-31T02:00:00Z');

  it.each([
    ['at(2027-01-31T02:00:00)', 'UTC', true],
    ['at(2027-01-31T02:00:01)', 'UTC', false],
    ['at(2027-01-31T03:00:00)', 'Europe/Berlin', true],
    ['at(2027-01-31T03:00:01)', 'Europe/Berlin', false],
    ['at(2027-01-30T21:00:00)', 'America/New_York', true],
    ['at(2027-01-30T22:00:00)', 'America/New_York', false],
  ])('%s in %s is over two hours after midnight in UTC: %s', (expression, timeZone, over) => {
    expect(isOver(expression, timeZone, now)).toBe(over);
  });
});

describe('a schedule that goes on', () => {
  it.each([
    ['rate(6 hours)', 'UTC', false],
    ['cron(0 3 * * ? *)', 'UTC', false],
    ['cron(0 3 1 1 ? 2026)', 'UTC', false],
    ['cron(0 3 1 1 ? 2020,2024-2026)', 'UTC', false],
    ['cron(0 3 1 1 ? 2020/3)', 'UTC', false],
    ['cron(0 3 1 1 ? 2020,2024-2025)', 'UTC', true],
    ['cron(0 3 1 1 ? 2026)', 'Asia/Tokyo', true],
  ])('%s in %s is over as 2026 ends in London: %s', (expression, timeZone, over) => {
    expect(isOver(expression, timeZone, new Date('2026-12-31T23:00:00Z'))).toBe(over);
  });
});

describe('a time zone', () => {
  it.each([
    ...['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata'],
    ...['CET', 'EST', 'PST8PDT', 'GB', 'ROK'],
  ])('%s is one', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    ...['', 'Berlin', 'Europe/Nowhere', '+02:00', '02:00'],
    ...['europe/berlin', 'Europe/berlin', 'EUROPE/BERLIN', 'Utc', 'asia/kolkata'],
    ...['BST', 'IST', 'PST', 'AEST', 'SystemV/PST8PDT'],
  ])('%j is none', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
