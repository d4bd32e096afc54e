import { describe, expect, it } from 'vitest';
import { onPaper } from '../../bench/combined/on-paper.ts';
import { type Mark, phasesOf } from '../../bench/combined/phases.ts';

/** Each mark ten milliseconds after the one before. */
function timesOf(...marks: readonly Mark[]): Readonly<Record<string, number>> {
  const moments = marks.map((mark, index) => ({ at: 10 * (index + 1), mark }));
  const phases = phasesOf(moments.toReversed());
  expect(phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBe(10 * marks.length);
  const short = (of: string, phase: string) => `${of}: ${phase.split(' ').slice(0, 2).join(' ')}`;
  return Object.fromEntries(
    phases
      .filter(({ milliseconds }) => milliseconds > 0)
      .map(({ of, phase, milliseconds }) => [short(of, phase), milliseconds]),
  );
}

const BEGINNING: readonly Mark[] = [
  'begun CreateJob',
  'CreateJob calls dynamodb:PutItem',
  'created',
  'begun Dispatch',
  'Dispatch calls dynamodb:Query',
  'Dispatch calls states:StartExecution',
  'begun Sync',
  'Sync calls dynamodb:Query',
  'Sync calls dynamodb:PutItem',
];
const BEGINNING_TIMES = {
  'API: the `POST`,': 30,
  'Stream: the place': 10,
  'Dispatch: looks, claims,': 30,
};
const STORING: readonly Mark[] = [
  'Sync calls s3:PutObject',
  'Sync calls s3:PutObject',
  'Sync calls dynamodb:PutItem',
  'Sync calls s3:DeleteObject',
  'done Sync',
];
const ENDING: readonly Mark[] = [
  'begun Suggestions',
  'Suggestions calls dynamodb:PutItem',
  'Suggestions calls s3:GetObject',
  'Suggestions calls dynamodb:Query',
  'Suggestions calls dynamodb:Query',
  'Suggestions calls dynamodb:ConditionCheckItem',
  'Suggestions calls dynamodb:PutItem',
  'done Suggestions',
  'begun Settle',
  'done Settle',
  'begun Dispatch',
  'ended',
];

describe('the phases of a job', () => {
  it('follow one another from the call to the answer of the one that waits', () => {
    const times = timesOf(
      ...BEGINNING,
      'Sync calls s3:GetObject',
      'Sync calls secretsmanager:GetSecretValue',
      'request',
      'answer',
      'request',
      'answer',
      'Sync calls s3:GetObject',
      ...STORING,
      ...ENDING,
    );
    expect(times).toEqual({
      ...BEGINNING_TIMES,
      'Sync: begins: job,': 30,
      'Sync: session, whether': 10,
      'Sync: restores the': 10,
      'Sync: asks the': 30,
      'Sync: closes it,': 20,
      'Sync: stores snapshot,': 40,
      'Suggestions: is called': 10,
      'Suggestions: begins: job,': 20,
      'Suggestions: reads the': 20,
      'Suggestions: the last': 10,
      'Suggestions: stores what': 20,
      'Settle: is called,': 20,
      'API: the `GET`': 20,
    });
  });

  it('count what is asked before the archive is loaded as no part of the restoring', () => {
    const times = timesOf(
      ...BEGINNING,
      'Sync calls secretsmanager:GetSecretValue',
      'request',
      'answer',
      'Sync calls s3:GetObject',
      'request',
      'answer',
      ...STORING,
      ...ENDING,
    );
    expect(times).toMatchObject({
      'Sync: session, whether': 30,
      'Sync: restores the': 10,
      'Sync: asks the': 10,
      'Sync: closes it,': 10,
    });
  });

  it('take no time where they did not happen', () => {
    const times = timesOf(...BEGINNING, 'Sync calls dynamodb:PutItem', 'done Sync', ...ENDING);
    expect(Object.keys(times)).not.toContain('Sync: restores the');
  });

  it('have a function that is called before the answer is out', () => {
    const times = timesOf(
      'begun CreateJob',
      'begun Dispatch',
      'created',
      'begun Sync',
      'begun Dispatch',
      'ended',
    );
    expect(times).toEqual({
      'API: the `POST`,': 20,
      'Dispatch: looks, claims,': 20,
      'API: the `GET`': 20,
    });
  });
});

describe('what AWS adds, on paper', () => {
  it('is the sum of its rows, and leaves out what happens seldom', () => {
    const { rows } = onPaper();
    const sums = rows.map((row) => String(row[3]).split('–').map(Number));
    const [together = [], ...others] = [sums.at(-2), ...sums.slice(0, -2)];
    for (const side of [0, 1]) {
      expect(others.reduce((sum, row) => sum + (row?.[side] ?? 0), 0)).toBe(together[side]);
    }
  });

  it('names a source, or that it is assumed', () => {
    for (const row of onPaper().rows.filter((one) => one[1] !== '')) {
      expect(row.at(-1)).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/|assumed$/);
    }
  });
});
