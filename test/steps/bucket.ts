import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import type { Life } from './mortal.ts';

/** Archives and extracts, by their keys. */
export type Objects = Map<string, Uint8Array | BudgetExtract>;

/** The bucket, each request to which is a call of the worker. */
export function bucketOf(objects: Objects, life: Life) {
  const put = (key: string, object: Uint8Array | BudgetExtract) =>
    life.call('put object', async () => {
      if (objects.has(key)) throw new Error(`${key} was written before.`);
      objects.set(key, object);
      return key;
    });
  return {
    readArchive: (key: string) =>
      life.call('get object', async () => {
        const object = objects.get(key);
        return object instanceof Uint8Array ? object : undefined;
      }),
    readExtract: (key: string) =>
      life.call('get object', async () => {
        const object = objects.get(key);
        if (object === undefined || object instanceof Uint8Array) {
          throw new FailureError(failure('SNAPSHOT_MISSING'));
        }
        return object;
      }),
    writeArchive: put,
    writeExtract: put,
    stampOf: (key: string) =>
      life.call('head object', async () => (objects.has(key) ? key : undefined)),
    remove: (keys: readonly string[]) =>
      life.call('delete objects', async () => {
        for (const key of keys) objects.delete(key);
      }),
  };
}
