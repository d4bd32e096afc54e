import fc from 'fast-check';
import { type Body, bodiesLike } from './bodies.ts';
import { type HeaderList, idempotencyKeys, strangeHeaders } from './headers.ts';
import { mostly } from './nasties.ts';
import type { Operation } from './operations.ts';
import { type Schema, valuesOf } from './schema-values.ts';
import { paths, queries } from './targets.ts';

/** Requests that an API has to stand: for every operation of its document, from well-formed to senseless. */

export type Signing = 'good' | 'none' | 'wrong key' | 'of other content';

export interface HostileRequest {
  /** The operation that is meant, as in the document: `POST /jobs`. */
  readonly operation: string;
  readonly method: string;
  /** With the query, as it goes over the wire. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Latin1 text; undefined for none. */
  readonly body: string | undefined;
  readonly signing: Signing;
}

/** @param resolve gives the schema that a `$ref` of the document names. */
export function hostileRequests(
  operations: readonly Operation[],
  resolve: (ref: string) => Schema,
): fc.Arbitrary<HostileRequest> {
  return fc.oneof(...operations.map((operation) => requestsOf(operation, resolve)));
}

function requestsOf(
  operation: Operation,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<HostileRequest> {
  const fitting =
    operation.body === undefined ? undefined : valuesOf(operation.body, 'body', resolve);
  const bodies: fc.Arbitrary<Body | undefined> =
    fitting === undefined
      ? fc.oneof(
          { arbitrary: fc.constant(undefined), weight: 9 },
          { arbitrary: bodiesLike(fc.constant({})), weight: 1 },
        )
      : bodiesLike(fitting);
  return fc
    .record({
      method: mostly(
        operation.method,
        fc.constantFrom(
          'GET',
          'HEAD',
          'POST',
          'PUT',
          'PATCH',
          'DELETE',
          'OPTIONS',
          'TRACE',
          'PROPFIND',
        ),
      ),
      path: paths(operation, resolve),
      query: queries(operation, resolve),
      body: bodies,
      keys: idempotencyKeys,
      headers: mostly([], fc.array(strangeHeaders, { minLength: 1, maxLength: 3 })),
      signing: mostly<Signing>('good', fc.constantFrom('none', 'wrong key', 'of other content')),
    })
    .map(({ method, path, query, body, keys, headers, signing }) => ({
      operation: `${operation.method} ${operation.path}`,
      method,
      target: query === '' ? path : `${path}?${query}`,
      headers: [...(body?.headers ?? []), ...keys, ...headers],
      body: body?.bytes,
      signing,
    }));
}
