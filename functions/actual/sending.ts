import type { Library } from './library.ts';

/**
 * Sends what several changes have made. Actual also syncs by itself, a second after a change: the first call may be given the
 * end of such a sync, which has not seen what came last.
 */
export async function sendAll(library: Pick<Library, 'sync'>): Promise<void> {
  await library.sync();
  await library.sync();
}
