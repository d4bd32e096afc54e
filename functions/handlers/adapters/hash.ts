import { createHash } from 'node:crypto';

/** A hash over several parts, none of which can run into the next. */
export function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
