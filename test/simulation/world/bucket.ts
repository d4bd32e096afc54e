import type { BudgetExtract } from '../../../functions/domain/extract.ts';
import { FailureError, failure } from '../../../functions/domain/failures.ts';
import type { SnapshotBucket } from '../../../functions/steps/current-snapshot.ts';
import type { Process } from '../aws/process.ts';

/** The bucket of snapshots. Objects are written once. */
export class Bucket {
  private readonly objects = new Map<string, Uint8Array | BudgetExtract>();
  private readonly stamps = new Map<string, string>();
  private written = 0;
  /** Told when objects were removed. */
  onRemoved: () => void = () => {};

  has(key: string): boolean {
    return this.objects.has(key);
  }

  usedBy(process: Process): SnapshotBucket {
    const { objects, stamps } = this;
    const write = (key: string, object: Uint8Array | BudgetExtract) =>
      process.call(
        () => `put ${key}`,
        () => {
          const stamp = `${++this.written}`;
          objects.set(key, object);
          stamps.set(key, stamp);
          return stamp;
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
      stampOf: (key) =>
        process.call(
          () => `head ${key}`,
          () => (objects.has(key) ? stamps.get(key) : undefined),
        ),
      remove: (keys) =>
        process.call(
          () => `remove ${keys.join(', ')}`,
          () => {
            for (const key of keys) objects.delete(key);
            this.onRemoved();
          },
        ),
    };
  }
}
