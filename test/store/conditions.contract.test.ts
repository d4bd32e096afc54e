import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { budgetId, executionId, jobId, workerId } from '../../functions/domain/ids.ts';
import { STATUSES } from '../../functions/domain/status.ts';
import * as conditions from '../../functions/store/conditions.ts';
import { Table } from '../../functions/store/table.ts';
import { at, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

/** Each clause alone, on the engine: what it lets through, and what it refuses. */

const NOW = 1_000;
const JOB = jobId(uuid(1));
const EXECUTION = executionId('execution:1');
const WORKER = workerId('worker-1');
const fence = { budgetId: budgetId(uuid(2)), jobId: JOB, executionId: EXECUTION, workerId: WORKER };

type Case = readonly [
  name: string,
  clause: conditions.Clause,
  lets: readonly (Record<string, unknown> | undefined)[],
  refuses: readonly (Record<string, unknown> | undefined)[],
];

const CASES: readonly Case[] = [
  ['absent', conditions.absent, [undefined], [{}]],
  [
    'absentOrExpired',
    conditions.absentOrExpired(NOW),
    [undefined, { expiresAt: NOW }],
    [{ expiresAt: NOW + 1 }, {}],
  ],
  [
    'notExpired',
    conditions.notExpired(NOW),
    [{ expiresAt: NOW + 1 }],
    [{ expiresAt: NOW }, {}, undefined],
  ],
  [
    'atVersion',
    conditions.atVersion(3),
    [{ version: 3 }],
    [{ version: 2 }, { version: 4 }, undefined],
  ],
  [
    'staysAt',
    conditions.staysAt('running'),
    [{ status: 'running' }],
    [{ status: 'queued' }, { status: 'canceled' }, undefined],
  ],
  ['locksJob', conditions.locksJob(fence), [{ jobId: JOB }], [{ jobId: uuid(2) }, undefined]],
  [
    'locksExecution',
    conditions.locksExecution(fence),
    [{ executionId: EXECUTION }],
    [{ executionId: 'execution:2' }, undefined],
  ],
  [
    'locksWorker',
    conditions.locksWorker(fence),
    [{ workerId: WORKER }],
    [{ workerId: null }, undefined],
  ],
  [
    'absentOrLocksJob',
    conditions.absentOrLocksJob(fence),
    [undefined, { jobId: JOB }],
    [{ jobId: uuid(2) }],
  ],
  ['notSending', conditions.notSending, [undefined, { sending: false }], [{ sending: true }]],
  [
    'workerOver',
    conditions.workerOver(at(10)),
    [
      undefined,
      { sending: false, workerUntil: at(11) },
      { sending: true, workerUntil: at(10) },
      { sending: true },
    ],
    [{ sending: true, workerUntil: at(11) }],
  ],
  [
    'namesRerun',
    conditions.namesRerun(JOB),
    [{ rerunId: JOB }],
    [{ rerunId: uuid(2) }, {}, undefined],
  ],
  [
    'pendingAt',
    conditions.pendingAt(9),
    [
      { status: 'pending', revision: 1 },
      { status: 'pending', revision: 9 },
    ],
    [{ status: 'pending', revision: 10 }, { status: 'approved', revision: 1 }, undefined],
  ],
  [
    'atRevision',
    conditions.atRevision(2),
    [{ revision: 2, status: 'rejected' }],
    [{ revision: 1 }, { revision: 3 }, undefined],
  ],
  [
    'unchangedSuggestion',
    conditions.unchangedSuggestion(2, 'pending', 'then'),
    [{ status: 'pending', revision: 2, updatedAt: 'then' }],
    [
      { status: 'approved', revision: 2, updatedAt: 'then' },
      { status: 'pending', revision: 3, updatedAt: 'then' },
      { status: 'pending', revision: 2, updatedAt: 'later' },
      undefined,
    ],
  ],
  [
    'mayBecome',
    conditions.mayBecome('succeeded'),
    [{ status: 'running' }],
    [...STATUSES.filter((status) => status !== 'running').map((status) => ({ status })), undefined],
  ],
];

let tables: Tables;
let table: Table;
let keys = 0;

beforeAll(async () => {
  tables = await startTables();
  table = new Table(await tables.empty());
});
afterAll(() => tables.stop());

/** Whether a write under the condition goes through when this lies under the key. */
async function passes(
  condition: conditions.Condition,
  there: Record<string, unknown> | undefined,
): Promise<boolean> {
  const TableName = table.name;
  const Item = { PK: `item-${++keys}`, SK: 'ITEM' };
  if (there !== undefined) {
    await table.transact([{ Put: { TableName, Item: { ...Item, ...there } } }]);
  }
  const { kind } = await table.transact([{ Put: { TableName, Item, ...condition } }]);
  return kind === 'written';
}

describe.each(CASES)('%s', (name, clause, lets, refuses) => {
  it('bears its name', () => {
    expect(clause.name).toBe(name);
  });

  it('lets through what it should, and refuses the rest', async () => {
    const condition = conditions.allOf(clause);
    expect(await Promise.all(lets.map((there) => passes(condition, there)))).toEqual(
      lets.map(() => true),
    );
    expect(await Promise.all(refuses.map((there) => passes(condition, there)))).toEqual(
      refuses.map(() => false),
    );
  });
});

describe('clauses together', () => {
  it('have to hold all, where all are asked for', async () => {
    const both = conditions.allOf(conditions.atVersion(1), conditions.notExpired(NOW));
    expect(await passes(both, { version: 1, expiresAt: NOW + 1 })).toBe(true);
    expect(await passes(both, { version: 1, expiresAt: NOW })).toBe(false);
    expect(await passes(both, { version: 2, expiresAt: NOW + 1 })).toBe(false);
  });

  it('have to hold one, where either is enough', async () => {
    const either = conditions.allOf(conditions.either(conditions.absent, conditions.pendingAt(1)));
    expect(await passes(either, undefined)).toBe(true);
    expect(await passes(either, { status: 'pending', revision: 1 })).toBe(true);
    expect(await passes(either, { status: 'applied', revision: 1 })).toBe(false);
  });
});
