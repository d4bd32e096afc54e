import { beforeAll, describe, expect, it } from 'vitest';
import { pascalCase, type Synthesized, synthesizedStack } from './assembly.ts';

/** What comes to the functions without a caller, and where it is set aside, read off the synthesized template. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

const ofType = (type: string) =>
  Object.entries(made.template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));

/** Properties of a resource as the running stack sees them. */
function resolved(type: string, id: string): Readonly<Record<string, unknown>> {
  const found = made.stack.resources.find(
    (resource) => resource.type === type && resource.logicalId.includes(id),
  );
  return found?.properties ?? {};
}

function functionOf(handler: string): string | undefined {
  const name = `Functions${pascalCase(handler)}Function`;
  return made.stack.resources.find(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.slice(0, -8) === name,
  )?.physicalId;
}

/** The function that letters of this queue are put back to, as the stack's output says. */
function putBackFrom(queueArn: string): string | undefined {
  const letters: readonly { readonly queueUrl: string; readonly functionName: string }[] =
    JSON.parse(String(made.stack.outputs.DeadLetters));
  const queue = made.stack.resources.find(({ arn }) => arn === queueArn);
  return letters.find(({ queueUrl }) => queueUrl === queue?.physicalId)?.functionName;
}

describe('the stream', () => {
  const mapping = (reader = 'Dispatch') =>
    ofType('AWS::Lambda::EventSourceMapping').find(({ id }) => id.includes(reader))?.Properties;

  it('wakes dispatch for a new place in line and for a lock given back, and for nothing else', () => {
    const { Filters } = (mapping()?.FilterCriteria ?? { Filters: [] }) as {
      readonly Filters: readonly { Pattern: string }[];
    };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { SK: { S: [{ prefix: 'QUEUE#' }] } } } },
      { eventName: ['REMOVE'], dynamodb: { Keys: { SK: { S: ['RUNNING'] } } } },
    ]);
  });

  it('is read in ten places of a shard at once: no budget waits for those before it', () => {
    const places = { ParallelizationFactor: 10 };
    expect([mapping('Dispatch'), mapping('Announce')]).toMatchObject([places, places]);
  });

  it('starts at its beginning, and holds nobody up for long with what keeps failing', () => {
    expect(mapping()).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 3600,
    });
  });

  it('sets aside what keeps failing, and a sweep makes up for it', () => {
    const found = resolved('AWS::Lambda::EventSourceMapping', 'Dispatch');
    const { Destination } = Object(Object(found.DestinationConfig).OnFailure);
    expect(Destination).toContain(':sqs:');
    expect(putBackFrom(Destination)).toBe(functionOf('sweep'));
  });
});

describe("the stream's other reader", () => {
  const found = () => resolved('AWS::Lambda::EventSourceMapping', 'Announce');

  it('announces the ends of jobs, one at a time, and tries for an hour', () => {
    const { Filters } = Object(found().FilterCriteria);
    expect(Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { SK: { S: [{ prefix: 'END#' }] } } } },
    ]);
    expect(found()).toMatchObject({ BatchSize: 1, MaximumRecordAgeInSeconds: 3600 });
    expect(found()).not.toHaveProperty('MaximumRetryAttempts');
  });

  it('sets aside what keeps failing, to be put back to itself', () => {
    const { Destination } = Object(Object(found().DestinationConfig).OnFailure);
    expect(putBackFrom(Destination)).toBe(functionOf('announce'));
  });
});

describe('what comes without a caller', () => {
  const config = (handler: string) =>
    made.stack.resources.find(
      ({ type, properties }) =>
        type === 'AWS::Lambda::EventInvokeConfig' &&
        properties.FunctionName === functionOf(handler),
    )?.properties;
  const ruleFor = (handler: string) => {
    const arn = made.stack.resources.find(
      ({ physicalId }) => physicalId === functionOf(handler),
    )?.arn;
    const targets = made.stack.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .flatMap(({ properties }) => [properties.Targets].flat().map(Object));
    return targets.find((target) => target.Arn === arn);
  };

  it('the end of an execution is told however it ended', () => {
    const patterns = made.stack.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .map(({ properties }) => Object(properties.EventPattern));
    const told = patterns.filter(({ source }) => String(source) === 'aws.states');
    const machine = made.stack.resources.find(
      ({ type }) => type === 'AWS::StepFunctions::StateMachine',
    );
    // Those of the account's other machines are nobody's here.
    expect(told).toEqual([
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [machine?.arn],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    ]);
  });

  it('of the end of an execution the name and the status are told, and nothing that it was given', () => {
    expect(Object.keys(ruleFor('settle-execution').InputTransformer.InputPathsMap)).toEqual([
      'detail-name',
      'detail-status',
    ]);
  });

  it('the end of an execution is told for an hour, and set aside then, wherever it was stuck', () => {
    const rule = ruleFor('settle-execution');
    const bounds = { MaximumEventAgeInSeconds: 3600 };
    // The most that EventBridge takes: fewer might end before the hour does.
    expect(rule.RetryPolicy).toEqual({ ...bounds, MaximumRetryAttempts: 185 });
    const queue = rule.DeadLetterConfig.Arn;
    expect(config('settle-execution')).toMatchObject({
      ...bounds,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
    expect(putBackFrom(queue)).toBe(functionOf('settle-execution'));
  });

  it('a sweep comes every five minutes', () => {
    const rates = made.stack.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .flatMap(({ properties: { ScheduleExpression, Targets } }) =>
        ScheduleExpression === undefined ? [] : [[ScheduleExpression, Targets]],
      );
    expect(rates).toEqual([['rate(5 minutes)', [ruleFor('sweep')]]]);
  });

  it('a sweep that fails is neither tried again nor kept: the next one does its work', () => {
    const bounds = { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0 };
    expect(ruleFor('sweep').RetryPolicy).toEqual(bounds);
    expect(config('sweep')).toMatchObject(bounds);
  });

  it('each function that is called by an event has a bound and, but for the sweep, a queue', () => {
    const called = made.stack.resources.flatMap(({ type, properties }) =>
      type === 'AWS::Lambda::Permission' &&
      /^(events|scheduler)\./.test(String(properties.Principal))
        ? [String(properties.FunctionName)]
        : [],
    );
    expect(called.length).toBeGreaterThan(1);
    for (const arn of called) {
      const name = arn.split(':').at(-1);
      const found = made.stack.resources.find(
        ({ type, properties }) =>
          type === 'AWS::Lambda::EventInvokeConfig' && properties.FunctionName === name,
      );
      expect(found?.properties.MaximumEventAgeInSeconds).toBeLessThanOrEqual(21_600);
      const isSweep = name === functionOf('sweep');
      expect(found?.properties.DestinationConfig !== undefined, name).toBe(!isSweep);
    }
  });

  it('every queue is kept for 14 days, and is named to npm run redrive', () => {
    const queues = made.stack.resources.filter(({ type }) => type === 'AWS::SQS::Queue');
    expect(queues).toHaveLength(3);
    for (const { arn, properties } of queues) {
      expect(properties.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(putBackFrom(arn)).toBeDefined();
    }
  });
});
