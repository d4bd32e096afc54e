import { fromBinary, SyncRequestSchema, toBinary } from '@actual-app/crdt';

/** The one call by which a device sends its changes and is given those of others. */
const SYNC_PATH = /\/sync\/sync$/;

/**
 * What a device would send, without changes of its own: it is given those of others all the same.
 *
 * @param path of the request's address.
 * @throws when it is a sync, and not in Actual's format.
 */
export function withoutChanges(path: string, body: RequestInit['body']) {
  if (!SYNC_PATH.test(path)) return body;
  if (!(body instanceof Uint8Array)) throw new TypeError('A sync sends bytes');
  const request: object = fromBinary(SyncRequestSchema, body);
  return Buffer.from(toBinary(SyncRequestSchema, { ...request, messages: [] }));
}
