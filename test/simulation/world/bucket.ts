import type { BudgetExtract } from '../../../functions/domain/extract.ts';
import { FailureError, failure } from '../../../functions/domain/failures.ts';
import type { SnapshotBucket } from '../../../functions/steps/current-snapshot.ts';
import type { Process } from '../aws/process.ts';

/** The bucket of snapshots. Objects are written once. */
export class Bucket {
  private readonly objects = new Map<string, Uint8Array | BudgetExtract>();

  usedBy(process: Process): SnapshotBucket {
    const { objects } = this;
    const write = (key: string, object: Uint8Array | BudgetExtract) =>
      process.call(
        () => `put ${key}`,
        () => {
          objects.set(key, object);
        },
      );
    return {
      readArchive: (key) =>
        process.call(
          () => `get ${key}`,
          () => {
            const object = objects.get(key);
            return object instanceof Uint8Array ? object : undefined;
          },
        ),
      writeArchive: write,
      readExtract: (key) =>
        process.call(
          () => `get ${key}`,
          () => {
            const object = objects.get(key);
            if (object === undefined || object instanceof Uint8Array) {
              throw new FailureError(failure('SNAPSHOT_MISSING'));
            }
            return object;
          },
        ),
      writeExtract: write,
      remove: (keys) =>
        process.call(
          () => `remove ${keys.join(', ')}`,
          () => {
            for (const key of keys) objects.delete(key);
          },
        ),
    };
  }
}
