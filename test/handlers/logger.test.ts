import { describe, expect, it } from 'vitest';
import { describeError } from '../../functions/handlers/logger.ts';

describe('an error in the log', () => {
  it('has a name and a place, and no text', () => {
    const logged = describeError(new RangeError('Lidl -12.34'));
    expect(logged.name).toBe('RangeError');
    expect(logged.frames[0]).toMatch(/logger\.test\.ts/);
    expect(JSON.stringify(logged)).not.toContain('Lidl');
  });

  it('has no text of several lines either', () => {
    const logged = describeError(new Error('first\n    at second\n    at Lidl (x:1:2)'));
    expect(logged.frames[0]).toMatch(/logger\.test\.ts/);
    expect(JSON.stringify(logged)).not.toMatch(/first|second|Lidl/);
  });

  it('names its causes and the status of a service', () => {
    const cause = Object.assign(new Error('x'), { $metadata: { httpStatusCode: 400 } });
    expect(describeError(new Error('y', { cause }))).toMatchObject({
      cause: { name: 'Error', serviceStatus: 400 },
    });
  });

  it('may be anything that was thrown', () => {
    expect(describeError('Lidl')).toEqual({ name: 'string', frames: [] });
    expect(describeError(undefined)).toEqual({ name: 'undefined', frames: [] });
  });
});
