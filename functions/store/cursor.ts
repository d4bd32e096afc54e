import { createHash } from 'node:crypto';
import { InvalidCursorError } from './errors.ts';

/**
 * Cursors of listings: opaque, and bound to their listing. A cursor holds the last sort key that was given out
 * and a checksum over it and the listing's filter, so that an altered or borrowed one is noticed; a forged
 * one can at worst name another place in the very listing its caller may read anyway.
 */

const CHECKSUM_LENGTH = 16;

/** @param listing everything that the listing is filtered by. */
export function encodeCursor(listing: string, last: string): string {
  return Buffer.from(checksum(listing, last) + last, 'utf8').toString('base64url');
}

/** @throws InvalidCursorError when the cursor was altered or belongs to another listing. */
export function decodeCursor(listing: string, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const last = text.slice(CHECKSUM_LENGTH);
  // DynamoDB refuses an empty key as malformed, which would be our fault. And decoding forgives stray characters; encoding again does not.
  if (last === '' || encodeCursor(listing, last) !== cursor) throw new InvalidCursorError();
  return last;
}

function checksum(listing: string, last: string): string {
  return createHash('sha256').update(`${listing}\n${last}`).digest('hex').slice(0, CHECKSUM_LENGTH);
}
