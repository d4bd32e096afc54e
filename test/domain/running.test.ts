import { describe, expect, it } from 'vitest';
import { workerId } from '../../functions/domain/ids.ts';
import { mayStillSend, surelyOver } from '../../functions/domain/running.ts';
import { at } from './builders.ts';

describe('a worker', () => {
  it('is surely over a minute after its deadline, as clocks differ', () => {
    expect(surelyOver({ id: workerId('worker'), deadline: at(900) })).toBe(at(900 + 60));
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
