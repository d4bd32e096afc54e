import { describe, expect, it } from 'vitest';
import { workerId } from '../../functions/domain/ids.ts';
import { mayStillSend, surelyOver } from '../../functions/domain/running.ts';
import { at } from './builders.ts';

const worker = (millisecondsLeft: number) => ({ id: workerId('worker'), millisecondsLeft });

describe('a worker', () => {
  it('is surely over a minute after its time, as clocks differ', () => {
    expect(surelyOver(at(10), worker(900_000))).toBe(at(10 + 900 + 60));
  });

  it('that has no time left is taken to be over a minute from now', () => {
    expect(surelyOver(at(10), worker(-5_000))).toBe(at(10 + 60));
  });
});

describe('a lock whose job has ended', () => {
  const lock = { sending: true, workerUntil: at(100) };

  it('is needed while its worker may be sending', () => {
    expect(mayStillSend(lock, at(99))).toBe(true);
  });

  it.each([
    ['the time of the worker is over', lock, at(100)],
    ['nothing was sent', { ...lock, sending: false }, at(99)],
    ['nobody wrote down until when its worker lives', { ...lock, workerUntil: null }, at(99)],
  ])('is not needed when %s', (_what, other, now) => {
    expect(mayStillSend(other, now)).toBe(false);
  });
});
