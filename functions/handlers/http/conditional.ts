import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hashOf } from '../adapters/hash.ts';
import type { Answer } from './route.ts';

/** Conditional GET (RFC 9110, section 13): what a caller has already is not sent again. */

/** A private cache may keep it, and asks before each use. */
const REVALIDATED = 'private, no-cache';

/**
 * 200 with the body, or 304 where `If-None-Match` names it. The tag is of what is sent: it changes also when the code
 * words the same job in another way.
 */
export function unlessKnown(event: APIGatewayProxyEventV2, body: unknown): Answer {
  const tag = `"${hashOf(JSON.stringify(body))}"`;
  const headers = { etag: tag, 'cache-control': REVALIDATED };
  return isNamed(tag, event.headers['if-none-match'])
    ? { status: 304, headers }
    : { status: 200, headers, body };
}

/** Compares weakly, as the header asks for: what a proxy marked `W/` on the way is the same. */
function isNamed(tag: string, ifNoneMatch = ''): boolean {
  const named = ifNoneMatch.split(',').map((part) => part.trim().replace(/^W\//, ''));
  return named.includes(tag) || named.includes('*');
}
