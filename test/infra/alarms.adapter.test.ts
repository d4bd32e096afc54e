import { beforeAll, describe, expect, it } from 'vitest';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { JOB_EVENT, METRIC } from '../../functions/names.ts';
import {
  COSTS_PAGE,
  DEPLOY_PAGE,
  RUNBOOK_PAGE,
  rowsOf,
  sectionsOf,
  WATCHING_PAGE,
} from '../docs/markdown.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** What goes off when somebody has to do something, read off the synthesized template, and whether the runbook says what. */

const nightly = { name: 'nightly', budgetId: '0193b2c4-8d7e-7f00-a000-000000000001' };
let watched: Synthesized;
let quiet: Synthesized;
let weekly: Synthesized;

beforeAll(async () => {
  watched = await synthesizedStack({
    notices: { email: ['me@example.org'] },
    schedules: [{ ...nightly, expression: 'cron(0 3 * * ? *)' }],
  });
  quiet = await synthesizedStack();
  weekly = await synthesizedStack({
    schedules: [{ ...nightly, expression: 'cron(0 3 ? * SUN *)' }],
  });
});

/** Alarms by the names that the runbook has for them. */
function alarmsOf({ stack }: Synthesized): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const alarms = stack.resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
  return new Map(
    alarms.map(({ logicalId, properties }) => [
      logicalId.slice('Alarms'.length, -'12345678'.length),
      properties,
    ]),
  );
}

/** The page's own title is none. */
const RUNBOOK = new Map([...sectionsOf(RUNBOOK_PAGE)].slice(1));
/** As a link to a section spells its heading. */
const anchorOf = (heading: string) => heading.toLowerCase().replaceAll(' ', '-');

describe('alarms', () => {
  it('are those that the runbook speaks of', () => {
    expect([...alarmsOf(watched).keys()].sort()).toEqual([
      'AnnounceDeadLetters',
      'ApiFailing',
      'DispatchDeadLetters',
      'JobsFailing',
      'LineTooOld',
      'NoScheduledSuccess',
      'NoSweep',
      'SchedulesDeadLetters',
      'SettleDeadLetters',
      'Strays',
      'SweepFailing',
    ]);
  });

  it('lead each to its section of the runbook, which names it', () => {
    for (const [name, { AlarmDescription }] of alarmsOf(watched)) {
      const [, anchor] = /docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription)) ?? [];
      const section = [...RUNBOOK].find(([heading]) => anchorOf(heading) === anchor);
      expect(section?.[1], name).toContain(`\`${name}\``);
    }
  });

  // It is all that the mail has.
  it('say each in their description that nothing is lost', () => {
    for (const [name, { AlarmDescription }] of alarmsOf(watched)) {
      expect(AlarmDescription, name).toMatch(/ Nothing is lost: .+ What to do: /);
    }
  });

  it('are there for each section of the runbook', () => {
    const descriptions = [...alarmsOf(watched).values()].map((one) => String(one.AlarmDescription));
    for (const heading of RUNBOOK.keys()) {
      expect(
        descriptions.some((text) => text.endsWith(`#${anchorOf(heading)}`)),
        heading,
      ).toBe(true);
    }
  });

  it('write to the configured address, and to nobody where there is none', () => {
    const topic = watched.stack.resources.find(({ type }) => type === 'AWS::SNS::Topic');
    for (const { AlarmActions } of alarmsOf(watched).values()) {
      expect(AlarmActions).toEqual([topic?.arn]);
    }
    for (const alarm of alarmsOf(quiet).values()) {
      expect(alarm).not.toHaveProperty('AlarmActions');
      expect(alarm).not.toHaveProperty('OKActions');
    }
  });

  it.each([
    ['JobsFailing', 'FailedJobs', 'Sum', 3600, 3, 1, 1],
    ['LineTooOld', 'LineAge', 'Maximum', 300, 9000, 2, 2],
    ['Strays', 'Strays', 'Sum', 300, 1, 12, 2],
    ['SweepFailing', 'Errors', 'Sum', 300, 1, 3, 3],
    ['ApiFailing', '5xx', 'Sum', 300, 5, 1, 1],
    ['AnnounceDeadLetters', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, 1, 1, 1],
    ['DispatchDeadLetters', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, 1, 1, 1],
    ['SchedulesDeadLetters', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, 1, 1, 1],
    ['SettleDeadLetters', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, 1, 1, 1],
  ])(
    '%s goes off when %s (%s of %d s) is %d or more in so many periods (%d, of them %d), and takes silence for good',
    (name, MetricName, Statistic, Period, Threshold, EvaluationPeriods, DatapointsToAlarm) => {
      expect(alarmsOf(watched).get(name)).toMatchObject({
        ...{ MetricName, Statistic, Period, Threshold, EvaluationPeriods, DatapointsToAlarm },
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  it('look at the sweep, the API and the queues of this stack', () => {
    const seen = [...alarmsOf(watched)].flatMap(([name, { Namespace, Dimensions }]) =>
      String(Namespace).startsWith('AWS/')
        ? [[name, [Dimensions].flat().map(Object)] as const]
        : [],
    );
    expect(Object.fromEntries(seen)).toEqual({
      SweepFailing: [{ Name: 'FunctionName', Value: expect.stringContaining('SweepFunction') }],
      NoSweep: [{ Name: 'FunctionName', Value: expect.stringContaining('SweepFunction') }],
      ApiFailing: [{ Name: 'ApiId', Value: expect.stringContaining('HttpApi') }],
      ...Object.fromEntries(
        ['Announce', 'Dispatch', 'Schedules', 'Settle'].map((queue) => [
          `${queue}DeadLetters`,
          [{ Name: 'QueueName', Value: expect.stringContaining(`${queue}DeadLetters`) }],
        ]),
      ),
    });
  });

  // CloudWatch takes one without it, or with another, for another metric, of which there is never a value.
  it('of our own metrics look at those that the functions say, with the dimension of all', () => {
    for (const [name, { Namespace, Dimensions }] of alarmsOf(watched)) {
      if (String(Namespace).startsWith('AWS/')) continue;
      expect(Dimensions, name).toContainEqual({ Name: 'service', Value: 'actual-jobs' });
    }
  });

  it('miss a scheduled job that is due every day, and take silence for bad', () => {
    expect(alarmsOf(watched).get('NoScheduledSuccess')).toMatchObject({
      MetricName: 'Jobs',
      Dimensions: expect.arrayContaining([
        { Name: 'type', Value: 'scheduled_sync_and_suggest' },
        { Name: 'end', Value: 'succeeded' },
      ]),
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      TreatMissingData: 'breaching',
    });
    for (const other of [quiet, weekly]) {
      expect([...alarmsOf(other).keys()]).not.toContain('NoScheduledSuccess');
    }
  });

  // Lambda says nothing of a function that is not called: a sweep whose rule is off has no errors either.
  it('miss a sweep that does not begin, and take silence for bad', () => {
    expect(alarmsOf(quiet).get('NoSweep')).toMatchObject({
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Period: 300,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
  });

  it('of our own metrics look at the namespace that the functions say theirs in', () => {
    const said = watched.stack.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => Object(Object(properties.Environment).Variables).METRICS_NAMESPACE)
      .filter((namespace) => namespace !== undefined);
    const looked = [...alarmsOf(watched).values()]
      .map(({ Namespace }) => String(Namespace))
      .filter((namespace) => !namespace.startsWith('AWS/'));
    expect(new Set([...said, ...looked])).toEqual(new Set(['ActualJobs']));
  });
});

it('the page about watching says how many alarms there are', () => {
  expect([watched, weekly, quiet].map((one) => alarmsOf(one).size)).toEqual([11, 10, 9]);
  expect(WATCHING_PAGE).toContain(
    'Eleven alarms, ten where no schedule is due every day, nine without any',
  );
});

/** What the first column of a table of the page about watching names. */
const namedUnder = (section: string) =>
  [...rowsOf(sectionsOf(WATCHING_PAGE).get(section) ?? '').keys()]
    .flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    .sort();

it('the page about watching tells of each alarm and of each metric', () => {
  expect(namedUnder('Alarms and dashboard')).toEqual([...alarmsOf(watched).keys()].sort());
  expect(namedUnder('Metrics')).toEqual(Object.values(METRIC).sort());
});

it('the page about deploying counts the alarms that are there at rest', () => {
  expect(rowsOf(DEPLOY_PAGE).get('alarms, without a schedule')?.[0]).toBe(
    `${alarmsOf(quiet).size}`,
  );
});

describe('the page about costs', () => {
  it('counts the alarms, and the metrics of every type and end', () => {
    const said = rowsOf(COSTS_PAGE);
    const [few, all] = [alarmsOf(quiet).size, alarmsOf(watched).size];
    expect(said.get('alarms')?.[0]).toBe(`${few}; ${all} with a schedule of every day`);
    const ends = Object.keys(JOB_EVENT.detailType).length;
    // By type and end, by the four steps that functions have, and one of each other.
    const metrics = JOB_TYPES.length * ends + 4 + (Object.keys(METRIC).length - 2);
    expect(said.get('metrics')?.[0]).toBe(`${metrics} at most`);
    expect(said.get('metrics')?.at(-1)).toBe(`$${(metrics * 0.3).toFixed(2)}`);
    expect(COSTS_PAGE).toContain(`The metrics are ${JOB_TYPES.length * ends} of \`Jobs\``);
  });
});
