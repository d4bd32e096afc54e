import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore } from '@20minutes/s3rver';

/** No bucket's name begins so. */
const UPLOADS = '.uploads';

/**
 * Has objects come to be as in S3: all at once, or not at all. By itself the bucket server writes into the object's own file, and what
 * was broken off, or had no room on the disk, would lie there as an object.
 *
 * @param folder of the buckets: what is on its way lies beside them, so on their disk.
 */
export function writeWholeObjects(store: ObjectStore, folder: string): void {
  const uploads = join(folder, UPLOADS);
  // What was on its way when the one before was killed.
  rmSync(uploads, { recursive: true, force: true });
  const write = store.putContent.bind(store);
  store.putContent = async (file, content) => {
    const upload = join(uploads, randomUUID());
    try {
      // Each time: somebody may have removed it to make room.
      await mkdir(uploads, { recursive: true, mode: 0o700 });
      const written = await write(upload, content);
      // A folder goes with the last of its objects, also while another is on its way.
      await mkdir(dirname(file), { recursive: true });
      await rename(upload, file);
      return written;
    } catch (error) {
      await rm(upload, { force: true });
      throw error;
    }
  };
}
