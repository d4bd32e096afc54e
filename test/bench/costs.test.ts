import { describe, expect, it } from 'vitest';
import { quantitiesOf, quantitiesOfLone } from '../../bench/costs/job-costs.ts';
import { billedFor, billedForStart } from '../../bench/costs/paper.ts';
import { afterFree, costByService, costOf } from '../../bench/costs/prices.ts';
import { sumOf, transactionName, unitsByKind } from '../../bench/costs/write-table.ts';
import type { ItemCharge } from '../../bench/costs/write-units.ts';

const took = (milliseconds: number, processorMilliseconds: number) => ({
  milliseconds,
  processorMilliseconds,
});

describe('the time that Lambda bills', () => {
  it('is computed by a part of a processor', () => {
    // Half the memory of one processor: 100 ms become 200.
    expect(billedFor(took(100, 100), {}, 884.5)).toBeCloseTo((0.2 * 884.5) / 1024);
    expect(billedFor(took(100, 100), {}, 3538)).toBeCloseTo((0.1 * 3538) / 1024);
  });

  it('is waited as long as here for the Actual server alone', () => {
    const secrets = { GetSecretValue: 2 };
    expect(billedFor(took(150, 100), secrets, 1769)).toBeCloseTo((0.21 * 1769) / 1024);
    expect(billedFor(took(150, 100), {}, 1769)).toBeCloseTo((0.1 * 1769) / 1024);
  });

  it('is waited for each call of a service, and counted in whole milliseconds', () => {
    expect(billedFor(took(0.2, 0.2), { Query: 2, PutObject: 1 }, 1769)).toBeCloseTo(
      (0.121 * 1769) / 1024,
    );
  });

  it('has a whole processor while an environment starts', () => {
    expect(billedForStart(took(200, 300), 512)).toBeCloseTo(0.1);
  });
});

describe('costs', () => {
  it('are quantities by prices, and go to services', () => {
    const quantities = { stateTransition: 1000, writeUnit: 1_000_000, readUnit: 1_000_000 };
    expect(costOf(quantities)).toBeCloseTo(0.025 + 0.625 + 0.125);
    expect(costByService(quantities).get('DynamoDB')).toBeCloseTo(0.75);
  });

  it('begin where an account has no more free', () => {
    expect(afterFree('alarm', 10)).toBe(0);
    expect(afterFree('alarm', 12)).toBeCloseTo(0.2);
    expect(afterFree('secret', 2)).toBeCloseTo(0.8);
  });
});

describe('a job', () => {
  const usage = {
    ...{ invocations: 3, stateTransitions: 4, tableCalls: 2, readUnits: 1, writeUnits: 10 },
    ...{ bucketCalls: 3, secretCalls: 1, stateTypes: ['Choice', 'Task'], logBytes: 1000 },
    byFunction: new Map([
      ['Create', [{ TransactWriteItems: 1 }]],
      ['Sync', [{ Query: 1, GetObject: 1, PutObject: 1, DeleteObject: 1, GetSecretValue: 1 }]],
      ['Announce', [{ PutEvents: 1 }]],
    ]),
  };

  it('pays for what it used, and for nothing that is free', () => {
    expect(quantitiesOf({ usage, gbSeconds: 2, byCaller: true })).toEqual({
      invocation: 3,
      functionTime: 2,
      stateTransition: 4,
      writeUnit: 10,
      readUnit: 1,
      bucketWrite: 1,
      bucketRead: 1,
      secretCall: 1,
      apiCall: 1,
      event: 1,
      scheduledCall: 0,
      // What is printed, three lines for each invocation, one for the call, and 9 events of the execution.
      logs: (1000 + 3 * 368 + 400 + 9 * 380) / 1e9,
      // The execution with its task, and the two invocations beside it.
      trace: 3,
    });
  });

  it('that comes alone pays for the key of the table once for each function that asks it', () => {
    const job = { usage, gbSeconds: 2, byCaller: false };
    expect(quantitiesOfLone(job)).toMatchObject({ apiCall: 0, scheduledCall: 1, keyCall: 2 });
  });
});

describe('the writes of a job', () => {
  const charge = (key: string, action: ItemCharge['action'], more: object = {}): ItemCharge => ({
    ...{ key, action, table: 2, indexes: {} },
    ...more,
  });
  const lock = (action: ItemCharge['action']) => charge('BUDGET#b RUNNING', action);

  it('are told apart by what they are for', () => {
    const charges = [
      charge('JOB#j JOB', 'put', { indexes: { JobsByBudget: 1, JobsByStatus: 2 } }),
      charge('JOB#j EVENT#00000001', 'put'),
      charge('BUDGET#b QUEUE#j', 'put', { indexes: { OpenWork: 1 } }),
      charge('SERVER#s LOGIN', 'update'),
    ];
    expect(Object.fromEntries(unitsByKind(charges))).toEqual({
      ...{ job: 2, listings: 3, history: 2, line: 2, 'open work': 1, other: 2 },
    });
    expect(sumOf(charges)).toBe(12);
  });

  it.each([
    ['created', [charge('BUDGET#b QUEUE#j', 'put')]],
    ['claimed', [lock('put'), charge('BUDGET#b QUEUE#j', 'delete')]],
    ['step 2 begins', [lock('update'), charge('JOB#j STEP#2', 'put')]],
    ['step 1 done', [lock('check'), charge('JOB#j STEP#1', 'put')]],
    ['step done', [lock('check'), charge('JOB#j JOB', 'put')]],
    ['snapshot replaced', [lock('check'), charge('BUDGET#b CURRENT_SNAPSHOT', 'put')]],
    ['ended', [lock('delete'), charge('ENDED#d END#j', 'put')]],
  ])('that are one transaction have a name: %s', (name, charges) => {
    expect(transactionName(charges)).toBe(name);
  });
});
