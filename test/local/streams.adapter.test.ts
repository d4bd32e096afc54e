import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { isWrite, startDynamoDbFront } from '../../local/runtime/services/dynamodb-front.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';
import { OK, put, STACK, startingWith, TableWithStream } from './streams.ts';

/** Streams of a real engine's table, and when they are looked at. */

const AN_HOUR = 3_600_000;

let table: TableWithStream;

beforeAll(async () => {
  table = await TableWithStream.open();
});

afterAll(() => table?.close());

describe('a stream of the local table', () => {
  it('is looked at as soon as a function has written', async () => {
    const { streams, delivered } = await table.listening('told', AN_HOUR);
    const front = await startDynamoDbFront({
      ...{ stack: STACK, engine: table.url, credentials: CREDENTIALS, guard: OWNER_ALONE },
      onCall: (call) => isWrite(call) && streams.look(),
    });
    table.running(front);
    await put(front.url, 'first');
    await delivered('first');
    // It is at rest by now, or about to be.
    await put(front.url, 'second');
    await expect(delivered('second')).resolves.toBeUndefined();
  });

  it('is looked at by itself for what is written past the functions', async () => {
    const { delivered } = await table.listening('alone', 1);
    await put(table.url, 'third');
    await expect(delivered('third')).resolves.toBeUndefined();
  });

  it('is read from its beginning where it ends before what was dealt with: its table is out of a backup', async () => {
    new Checkpoints(join(table.folder, 'ahead.json')).set(
      'mapping shardId-00000001-things',
      '1000000',
    );
    const { delivered } = await table.listening('ahead', 1);
    await put(table.url, 'fourth');
    await expect(delivered('fourth')).resolves.toBeUndefined();
  });

  it('is read from its beginning where what was kept of it is no place in it', async () => {
    const kept = { 'mapping shardId-00000001-things': 7 };
    await writeFile(join(table.folder, 'foreign.json'), JSON.stringify(kept));
    const { delivered } = await table.listening('foreign', 1);
    await put(table.url, 'fifth');
    await expect(delivered('fifth')).resolves.toBeUndefined();
  });

  it('is gone on with after a start at what the function had not answered when its machine went off', async () => {
    const cutOff = Promise.withResolvers<InvocationResult>();
    const { streams, delivered } = await table.listening('off', 1, {}, (text) =>
      text.includes('cut off') ? cutOff.promise : Promise.resolve(OK),
    );
    await put(table.url, 'cut off');
    await delivered('cut off');
    const closed = streams.close();
    cutOff.resolve(OK);
    await closed;
    await put(table.url, 'afterwards');
    const again = await table.listening('off', 1);
    await again.delivered('afterwards');
    expect(again.calls[0]).toContain('cut off');
  });

  it('is not delivered once more after a start', async () => {
    const first = await table.listening('on', 1);
    await put(table.url, 'done with');
    await first.delivered('done with');
    // Once this one comes, the place behind the first is kept.
    await put(table.url, 'the next');
    await first.delivered('the next');
    await first.streams.close();
    await put(table.url, 'the last');
    const again = await table.listening('on', 1);
    await again.delivered('the last');
    expect(again.calls.join()).not.toContain('done with');
  });

  it('is given to the function as many records at a time as its mapping says', async () => {
    for (const key of ['one', 'two', 'three']) await put(table.url, key);
    const { delivered, calls } = await table.listening('batches', 1, { BatchSize: 2 });
    await delivered('three');
    const sizes = calls.map((text) => JSON.parse(text).Records.length);
    expect(new Set(sizes.slice(0, -1))).toEqual(new Set([2]));
  });

  it('is delivered without what the filters of its mapping leave out', async () => {
    for (const key of ['unwanted', 'wanted']) await put(table.url, key);
    const { delivered, calls } = await table.listening('filtered', 1, startingWith('wanted'));
    await delivered('"wanted"');
    expect(calls.join()).not.toContain('unwanted');
  });

  it('has its place kept for what was delivered alone: it waits for the disk each time', async () => {
    const reader = await table.listening('places', 1, startingWith('for it'));
    const kept = vi.spyOn(reader.checkpoints, 'set');
    for (const key of ['for it 1', 'for it 2', 'for it 3', 'for it 4']) {
      await put(table.url, `not ${key}`);
      await put(table.url, key);
      await reader.delivered(key);
    }
    expect(kept.mock.calls.length).toBeLessThanOrEqual(reader.calls.length);
  });

  it('forgets its records after a day, as one of DynamoDB does, though the engine keeps them', async () => {
    await put(table.url, 'yesterday');
    table.age(86_401);
    await put(table.url, 'today');
    const { delivered, calls } = await table.listening('day', 1);
    await delivered('today');
    expect(calls.join()).not.toContain('yesterday');
  });

  it('that is none fails the start', async () => {
    const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:things';
    await expect(table.listening('none', 1, { EventSourceArn })).rejects.toThrow(
      'mapping: the local stack reads streams of tables only.',
    );
  });
});
