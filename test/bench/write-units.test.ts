import { describe, expect, it } from 'vitest';
import { sizeOf, type WireItem } from '../../bench/costs/item-size.ts';
import { type IndexShape, WriteLedger } from '../../bench/costs/write-units.ts';

const whole: IndexShape = {
  name: 'Whole',
  partitionKey: 'group',
  sortKey: 'SK',
  projection: 'ALL',
};
const keysAlone: IndexShape = { ...whole, name: 'Keys', projection: 'KEYS_ONLY' };

const item = (more: WireItem = {}): WireItem => ({ PK: { S: 'a' }, SK: { S: 'b' }, ...more });
const put = (more: WireItem = {}) => ({ Put: { Item: item(more) } });
const long = { S: 'x'.repeat(1024) };

describe('the size of an item', () => {
  it('is that of its names and values', () => {
    expect(sizeOf({ name: { S: 'ü' }, n: { N: '-1234' }, is: { BOOL: true } })).toBe(6 + 4 + 3);
    expect(sizeOf({ list: { L: [{ NULL: true }] }, m: { M: { a: { S: 'b' } } } })).toBe(9 + 7);
  });

  it('is not guessed', () => {
    expect(() => sizeOf({ set: { SS: ['a'] } })).toThrow(TypeError);
  });
});

describe('a write', () => {
  it('costs two units for each kilobyte of the larger of before and after', () => {
    const ledger = new WriteLedger([], [item({ text: long })]);
    const tables = [put(), put(), put({ text: long }), { Delete: { Key: item() } }].map(
      (one) => ledger.write([one])[0]?.table,
    );
    expect(tables).toEqual([4, 2, 4, 4]);
  });

  it('costs two units where it only checks or updates', () => {
    const ledger = new WriteLedger([keysAlone], [item({ group: { S: 'one' } })]);
    const charges = ledger.write([
      { ConditionCheck: { Key: item() } },
      { Update: { Key: item(), UpdateExpression: 'SET x = :x' } },
    ]);
    expect(charges).toMatchObject([
      { action: 'check', table: 2, indexes: {} },
      { action: 'update', table: 2, indexes: {} },
    ]);
  });

  it('costs an index a unit for what comes, goes or changes, and two for what moves', () => {
    const ledger = new WriteLedger([whole, keysAlone], []);
    const indexes = [
      put(),
      put({ group: { S: 'one' } }),
      put({ group: { S: 'one' } }),
      put({ group: { S: 'one' }, text: { S: 'new' } }),
      put({ group: { S: 'two' }, text: { S: 'new' } }),
      { Delete: { Key: item() } },
    ].map((one) => ledger.write([one])[0]?.indexes);
    expect(indexes).toEqual([
      {},
      { Whole: 1, Keys: 1 },
      {},
      { Whole: 1 },
      { Whole: 2, Keys: 2 },
      { Whole: 1, Keys: 1 },
    ]);
  });

  it('is not guessed where an update may change an entry of an index', () => {
    const update = { Update: { Key: item(), UpdateExpression: 'SET x = :x' } };
    const ledger = new WriteLedger([whole], [item({ group: { S: 'one' } })]);
    expect(() => ledger.write([update])).toThrow(TypeError);
  });
});
