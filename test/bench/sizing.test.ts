import { describe, expect, it } from 'vitest';
import { balancedSize, dollarsOf, timeOf } from '../../bench/workers/sizing.ts';

const computing = {
  invocation: { milliseconds: 2000, processorMilliseconds: 2000 },
  calls: {},
};
const waiting = {
  invocation: { milliseconds: 10, processorMilliseconds: 10 },
  calls: { GetObject: 20 },
};

describe('a function that computes', () => {
  it('takes twice the time with half the memory, up to one processor', () => {
    expect(timeOf(computing, 1769)).toBeCloseTo(2000, 0);
    expect(timeOf(computing, 1769 / 2)).toBeCloseTo(4000, 0);
    expect(timeOf(computing, 3008)).toBeCloseTo(2000, 0);
  });

  it('costs the same with less, and more beyond one processor', () => {
    expect(dollarsOf(computing, 512) / dollarsOf(computing, 1769)).toBeCloseTo(1, 2);
    expect(dollarsOf(computing, 3008)).toBeGreaterThan(1.6 * dollarsOf(computing, 1769));
  });

  it('is best with one processor', () => {
    expect(balancedSize(computing, 128)).toBe(1769);
  });
});

describe('a function that waits', () => {
  it('is best with little memory', () => {
    expect(balancedSize(waiting, 128)).toBe(128);
  });

  it('is never given less than it takes', () => {
    expect(balancedSize(waiting, 400)).toBe(512);
    expect(() => balancedSize(waiting, 4000)).toThrow('4000');
  });

  it('waits for AWS as well', () => {
    const asking = { ...waiting, calls: { GetObject: 23 } };
    expect(timeOf(asking, 512) - timeOf(waiting, 512)).toBeCloseTo(300, 0);
  });
});
