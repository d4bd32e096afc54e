import { describe, expect, it } from 'vitest';
import { absentOrExpired, allOf, atVersion } from '../../functions/store/conditions.ts';
import { EXPORTED } from './exported.ts';
import { takeSeen, WatchedTable } from './watched-table.ts';

const TableName = 'memory';
const JOB = { PK: 'JOB#1', SK: 'JOB', version: 1, expiresAt: 7 };
const EVENT = { PK: 'JOB#1', SK: 'EVENT#00000001' };

function write(table: WatchedTable): void {
  table.transact({
    TransactItems: [
      { ConditionCheck: { TableName, Key: { PK: 'JOB#1', SK: 'JOB' }, ...allOf(atVersion(1)) } },
      { Put: { TableName, Item: EVENT, ...allOf(absentOrExpired(5)) } },
    ],
  });
}

const CHECK = 'Check JOB for Put EVENT if (version = :version): version = :version';
const PUT = 'Put EVENT if (attribute_not_exists(PK) OR expiresAt <= :now)';

function tableWith(missing: string, ...items: readonly Record<string, unknown>[]): WatchedTable {
  const table = new WatchedTable(missing);
  for (const Item of items) table.transact({ TransactItems: [{ Put: { TableName, Item } }] });
  return table;
}

describe('a watched table', () => {
  it('tells each clause in its place', () => {
    takeSeen();
    write(tableWith('', JOB));
    expect(takeSeen()).toEqual([
      CHECK,
      `${PUT}: attribute_not_exists(PK) OR expiresAt <= :now`,
      `${PUT}: attribute_not_exists(PK)`,
      `${PUT}: expiresAt <= :now`,
    ]);
  });

  it('looks at all of them', () => {
    expect(() => write(tableWith(''))).toThrow();
    expect(() => write(tableWith('', JOB, EVENT))).toThrow();
    expect(() => write(tableWith('', { ...JOB, version: 2 }))).toThrow();
  });

  it.each([
    ['all', `${PUT}: attribute_not_exists(PK) OR expiresAt <= :now`, [JOB, EVENT]],
    ['a check', CHECK, [{ ...JOB, version: 2 }]],
  ])(
    'lets through what %s that it does not look at would have refused',
    (_what, missing, there) => {
      expect(() => write(tableWith(missing, ...there))).not.toThrow();
    },
  );

  it('refuses what only a clause that it does not look at would have let through', () => {
    expect(() => write(tableWith(`${PUT}: attribute_not_exists(PK)`, JOB))).toThrow();
  });
});

describe('the clauses that have to be seen', () => {
  it.each(Object.entries(EXPORTED))('%s bears its name', (name, clause) => {
    expect(clause.name).toBe(name);
  });
});
