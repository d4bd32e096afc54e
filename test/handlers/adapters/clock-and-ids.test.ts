import { describe, expect, it } from 'vitest';
import { createdMillisecondsOf } from '../../../functions/domain/ids.ts';
import { clockAndIds } from '../../../functions/handlers/adapters/clock-and-ids.ts';

describe('the ids that handlers give', () => {
  it.each(['newJobId', 'newStepId', 'newEventId', 'newSnapshotId'] as const)(
    '%s: UUIDv7, which sort as they were made',
    (name) => {
      const ids = Array.from({ length: 1_000 }, () => clockAndIds[name]());
      expect([...ids].sort()).toEqual(ids);
      for (const id of ids) {
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }
    },
  );

  it('say when a job was created', () => {
    const before = Date.now();
    const created = createdMillisecondsOf(clockAndIds.newJobId());
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
  });
});
