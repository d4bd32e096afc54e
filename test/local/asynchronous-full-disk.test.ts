import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventQueue, FAILED, OK, seconds, WITH_QUEUE } from './event-queue.ts';

/** Lambda's queue of events where its disk has no room. */

let queue: EventQueue;

beforeEach(() => {
  queue = new EventQueue();
});

afterEach(() => queue.close());

describe('on a full disk', () => {
  /** Of SQLite, for as long as it lasts. */
  function full() {
    const error = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const { prepare } = DatabaseSync.prototype;
    return vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (
      this: DatabaseSync,
      sql,
    ) {
      if (!sql.startsWith('SELECT')) throw error;
      return prepare.call(this, sql);
    });
  }

  it('an event is refused, and is not lost without a word', async () => {
    await queue.start();
    const disk = full();
    expect(() => queue.accept()).toThrow('disk is full');
    disk.mockRestore();
    await seconds(3600);
    expect(queue.calls).toEqual([]);
  });

  it('what came of an event is written once there is room, and ends nothing', async () => {
    queue.answer = () => FAILED;
    await queue.start({ MaximumRetryAttempts: 1, ...WITH_QUEUE });
    queue.accept();
    const disk = full();
    await seconds(90);
    expect(queue.letters).toHaveLength(1);
    disk.mockRestore();
    await seconds(60);
    queue.answer = () => OK;
    await queue.start();
    await seconds(3600);
    expect([queue.calls, queue.letters.length]).toEqual([[0, 60], 1]);
  });

  it.each([
    ['waits for room too', false],
    ['is written after the next start, where there was no room before', true],
  ])('a letter %s', async (_what, startsAnew) => {
    const config = { MaximumRetryAttempts: 0, ...WITH_QUEUE };
    queue.answer = () => FAILED;
    await queue.start(config);
    const send = vi.spyOn(queue.letters, 'push').mockImplementationOnce(() => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    });
    queue.accept();
    await seconds(1);
    if (startsAnew) await queue.start(config);
    await seconds(90);
    expect([send.mock.calls.length, queue.letters.length]).toEqual([2, 1]);
  });
});
