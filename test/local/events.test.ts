import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Resource } from '../../local/runtime/contract.ts';
import { inputOf } from '../../local/runtime/events/input.ts';
import { matches, PatternError } from '../../local/runtime/events/pattern.ts';
import { Rules, rateMs } from '../../local/runtime/events/rules.ts';

describe('event patterns', () => {
  const event = {
    source: 'aws.states',
    resources: ['arn:one', 'arn:two'],
    detail: { status: 'FAILED', name: 'job-1' },
  };

  it.each([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.s3', 'aws.states'], detail: { status: ['FAILED'] } }, true],
    [{ detail: { name: [{ prefix: 'job-' }] } }, true],
    [{ detail: { name: [{ suffix: '-1' }] } }, true],
    [{ detail: { status: [{ 'anything-but': ['RUNNING'] }] } }, true],
    [{ detail: { reason: [{ exists: false }] } }, true],
    [{ resources: ['arn:two'] }, true],
    [{ resources: [{ prefix: 'arn:t' }] }, true],
    [{ resources: ['arn:three'] }, false],
    [{}, true],
    [{ source: ['aws.s3'] }, false],
    [{ detail: { status: ['RUNNING'] } }, false],
    [{ detail: { name: [{ prefix: 'x' }] } }, false],
    [{ detail: { reason: [{ exists: true }] } }, false],
    [{ nowhere: { deep: ['x'] } }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it('that are not known are refused, not passed over', () => {
    expect(() => matches({ source: [{ wildcard: '*' }] }, event)).toThrow(PatternError);
  });
});

describe('the input of a target', () => {
  const event = { detail: { name: 'job-1', count: 2, say: 'a "word"', none: null } };
  const paths = { name: '$.detail.name', count: '$.detail.count', say: '$.detail.say' };
  const made = (InputTemplate: string, more: Readonly<Record<string, string>> = {}) =>
    inputOf({ InputTransformer: { InputPathsMap: { ...paths, ...more }, InputTemplate } }, event);

  it('is the event, unless the target says otherwise', () => {
    expect(inputOf({}, event)).toEqual(event);
    expect(inputOf({ Input: '{"a":1}' }, event)).toEqual({ a: 1 });
  });

  it('is JSON, with values as they are or inside of texts', () => {
    expect(made('{"name":<name>,"count":<count>,"text":"<name> × <count>: <say>"}')).toEqual({
      name: 'job-1',
      count: 2,
      text: 'job-1 × 2: a "word"',
    });
  });

  it('is text of several lines, each in its quotes', () => {
    expect(made('"It was <name>."\n"And: <count>"')).toBe('"It was job-1."\n"And: 2"');
  });

  it('says nothing where the event has no value, and leaves what is no placeholder', () => {
    const more = { none: '$.detail.none', missing: '$.detail.no.where' };
    expect(made('{"a":"<none><missing><other>","b":<missing>}', more)).toEqual({
      a: '<other>',
      b: null,
    });
  });
});

describe('rules', () => {
  const resource = (type: string, logicalId: string, properties = {}) => ({
    ...{ type, logicalId, properties },
    physicalId: logicalId,
    arn: `arn:${logicalId}`,
  });
  const targets = [{ Arn: 'arn:Topic' }, { Arn: 'arn:Function' }];
  const rule = resource('AWS::Events::Rule', 'Rule', {
    EventPattern: { source: ['shop'] },
    Targets: targets,
  });

  it('hand an event that matches to functions and topics, and no other', () => {
    const [accepted, published]: unknown[][] = [[], []];
    const rules = new Rules({
      stack: { outputs: {}, stacks: new Map(), resources: [rule] },
      functions: { accept: (arn, event) => accepted?.push([arn, event]) },
      topics: {
        has: (arn) => arn === 'arn:Topic',
        publish: (arn, event) => published?.push([arn, event]),
      },
    });
    rules.publish({ source: 'shop' });
    rules.publish({ source: 'other' });
    expect(accepted).toEqual([['arn:Function', { source: 'shop' }]]);
    expect(published).toEqual([['arn:Topic', { source: 'shop' }]]);
  });
});

function rulesOf(properties: Resource['properties'], accept: () => void, onDiskFull?: () => void) {
  const arn = 'arn:Function';
  const rule: Resource = {
    logicalId: 'Rule',
    type: 'AWS::Events::Rule',
    physicalId: 'Rule',
    arn: 'arn:Rule',
    properties: { ...properties, Targets: [{ Arn: arn }] },
  };
  return new Rules({
    stack: { outputs: {}, stacks: new Map(), resources: [rule] },
    functions: { accept },
    topics: { has: () => false, publish: () => {} },
    onDiskFull,
  });
}

describe('a rule', () => {
  it.each([{ EventPattern: { source: ['shop'] } }, { ScheduleExpression: 'rate(5 minutes)' }])(
    'that is disabled does nothing: %j',
    async (properties) => {
      const accept = vi.fn();
      const rules = rulesOf({ ...properties, State: 'DISABLED' }, accept);
      rules.start();
      rules.publish({ source: 'shop' });
      await rules.close();
      expect(accept).not.toHaveBeenCalled();
    },
  );

  it('by the clock is none any more once the stack is closed', async () => {
    vi.useFakeTimers();
    const accept = vi.fn();
    const rules = rulesOf({ ScheduleExpression: 'rate(5 minutes)' }, accept);
    rules.start();
    await rules.close();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(accept).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it('whose function is not there is told as a mistake, not taken for a full disk', () => {
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, () => {
      throw new Error('The stack has no function');
    });
    expect(() => rules.publish({ source: 'shop' })).toThrow('The stack has no function');
  });
});

describe('on a full disk', () => {
  const FULL = Object.assign(new Error('database or disk is full'), { errcode: 13 });

  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('an event waits for room', async () => {
    const accept = vi.fn().mockImplementationOnce(() => {
      throw FULL;
    });
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, accept);
    rules.publish({ source: 'shop' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(accept).toHaveBeenCalledTimes(2);
    await rules.close();
  });

  it('whoever looks after it is told', async () => {
    const onDiskFull = vi.fn();
    const accept = () => {
      throw FULL;
    };
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, accept, onDiskFull);
    rules.publish({ source: 'shop' });
    expect(onDiskFull).toHaveBeenCalledOnce();
    await rules.close();
  });

  it('nobody is told so of an event that waits for an open file', async () => {
    const onDiskFull = vi.fn();
    const accept = vi.fn().mockImplementationOnce(() => {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    });
    const rules = rulesOf({ EventPattern: { source: ['shop'] } }, accept, onDiskFull);
    rules.publish({ source: 'shop' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(accept).toHaveBeenCalledTimes(2);
    expect(onDiskFull).not.toHaveBeenCalled();
    await rules.close();
  });

  it('a time of the clock is left out, since another one comes', async () => {
    const accept = vi.fn().mockImplementationOnce(() => {
      throw FULL;
    });
    const rules = rulesOf({ ScheduleExpression: 'rate(5 minutes)' }, accept);
    rules.start();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(accept).toHaveBeenCalledTimes(3);
    await rules.close();
  });
});

describe('rates', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(15 minutes)', 900_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s', (expression, expected) => {
    expect(rateMs(expression)).toBe(expected);
  });

  it('that are not known are refused', () => {
    expect(() => rateMs('cron(0 4 * * ? *)')).toThrow('does not know the schedule');
  });
});
