import fc from 'fast-check';
import { type Body, bodiesLike } from './bodies.ts';
import { nastyNames, nastyTexts, SENT_SECRET } from './nasties.ts';
import type { Operation, Parameter } from './operations.ts';
import { PLACES } from './places.ts';
import { type Schema, valuesOf } from './schema-values.ts';

/** Requests that an API has to stand: for every operation of its document, from well-formed to senseless. */

export type Signing = 'good' | 'none' | 'wrong key' | 'of other content';

export interface HostileRequest {
  /** The operation that is meant, as in the document: `POST /jobs`. */
  readonly operation: string;
  readonly method: string;
  /** With the query, as it goes over the wire. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
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

/** What is right, but for one time in fifteen. */
function mostly<T>(right: T, strange: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(right), weight: 14 }, { arbitrary: strange, weight: 1 });
}

function paths(
  { path, parameters }: Operation,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<string> {
  const parts = path.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    return parameter === undefined ? fc.constant(part) : pathParts(parameter, resolve);
  });
  const filled = fc.tuple(...parts).map((all) => all.join('/'));
  const bent = fc.tuple(filled, bends).map(([whole, bend]) => bend(whole));
  return fc.oneof({ arbitrary: filled, weight: 14 }, { arbitrary: bent, weight: 1 });
}

function pathParts(
  { name, schema }: Parameter,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<string> {
  const fitting = valuesOf(schema, name, resolve).map(String);
  return fc.oneof(
    { arbitrary: fitting.map(encoded), weight: 40 },
    { arbitrary: nastyTexts.map(encoded), weight: 2 },
    { arbitrary: nastyTexts.map((text) => encoded(encoded(text))), weight: 1 },
    { arbitrary: fitting.map(everyByteEncoded), weight: 1 },
    {
      arbitrary: fc.constantFrom(
        '%',
        '%zz',
        '%c0%af',
        '%ff',
        '%00',
        '..',
        '.',
        '%2e%2e',
        '%2f',
        '*',
        ';a=b',
        '@',
        '~',
      ),
      weight: 1,
    },
  );
}

/** Odd ways to say a path. */
const bends = fc.constantFrom<((path: string) => string)[]>(
  (path) => `/${path}`,
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/%2e%2e${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replace('/', '/%6a').replace('%6aj', '%6a'),
  (path) => path.replaceAll('/', '%2f'),
  (path) => path.replaceAll('/', '\\'),
  (path) => `${path};jsessionid=1`,
  (path) => `${path}.json`,
  (path) => `${path}%0d%0aX-Injected:%20yes`,
  (path) => `${path}%00`,
  (path) => `/dev${path}`,
  (path) => `${path}\xe9\xff`,
  (path) => `${path}/${'a/'.repeat(1000)}`,
  (path) => `${path}${'a'.repeat(9000)}`,
  () => '/',
  () => '/__proto__',
  () => '/constructor/prototype',
);

function queries(
  { parameters }: Operation,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<string> {
  const own = parameters.filter((one) => one.in === 'query');
  const fields = own.map((parameter) => {
    const field = queryFields(parameter, resolve);
    return parameter.required
      ? mostly<string | undefined>('', fc.constant(undefined)).chain((is) =>
          is === undefined ? fc.constant('') : field,
        )
      : fc.oneof(fc.constant(''), field);
  });
  const filled = fc.tuple(...fields).map(joined);
  const name = fc.oneof(nastyNames, ...own.map((one) => fc.constant(one.name)));
  const strange = fc
    .array(
      fc.oneof(
        fc.tuple(name, nastyTexts).map(([key, text]) => `${encoded(key)}=${encoded(text)}`),
        fc.constantFrom(
          '&&&',
          '=',
          '==',
          '%',
          '%ff=%fe',
          '%zz=1',
          'a[]=1&a[]=2',
          '+=+',
          '?',
          '#',
          'a'.repeat(6000),
          `x=${'y'.repeat(6000)}`,
        ),
        name.map(encoded),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map(joined);
  const both = fc.tuple(filled, strange).map(joined);
  return fc.oneof({ arbitrary: filled, weight: 7 }, { arbitrary: both, weight: 1 });
}

function queryFields(
  { name, schema }: Parameter,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<string> {
  // Whoever waits holds up the attack: a job in line is waited for in full.
  const fitting =
    name === 'wait' ? fc.constantFrom('0', '1') : valuesOf(schema, name, resolve).map(String);
  const value = fc.oneof(
    { arbitrary: fitting, weight: 12 },
    { arbitrary: name === 'cursor' ? forgedCursors : nastyTexts, weight: 3 },
    {
      arbitrary: fc.constantFrom(
        '01',
        '1e1',
        ' 1',
        '-1',
        '+1',
        '0x10',
        '1.0',
        '1,2',
        '\u0661',
        '99999999999999999999',
      ),
      weight: 1,
    },
  );
  return value.map((text) => `${name}=${encoded(text)}`);
}

const forgedCursors: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(PLACES.jobsCursor, PLACES.suggestionsCursor),
  fc
    .constantFrom(PLACES.jobsCursor, PLACES.suggestionsCursor)
    .chain((cursor) =>
      fc.constantFrom(
        `${cursor}A`,
        `A${cursor}`,
        `${cursor}=`,
        `${cursor}${cursor}`,
        cursor.toUpperCase(),
      ),
    ),
  fc
    .string({ unit: 'binary', maxLength: 80 })
    .map((text) => Buffer.from(text).toString('base64url')),
  fc.constantFrom(
    Buffer.from(JSON.stringify({ PK: 'JOB#', SK: 'JOB' })).toString('base64url'),
    Buffer.from(`0000000000000000${PLACES.otherJob}`).toString('base64url'),
    'A'.repeat(1000),
    'A'.repeat(1001),
  ),
);

/** Few, so that they come again: with the same body, with another, on another path. */
const idempotencyKeys: fc.Arbitrary<HostileRequest['headers']> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 9 },
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map(withKey), weight: 4 },
  {
    arbitrary: fc
      .constantFrom(
        '',
        ' ',
        'a b',
        'a,b',
        '\xe9',
        'a'.repeat(255),
        'a'.repeat(256),
        '__proto__',
        SENT_SECRET,
        'REQUEST#a',
        '*',
      )
      .map(withKey),
    weight: 2,
  },
  { arbitrary: fc.constant([...withKey('a'), ...withKey('b')]), weight: 1 },
);

function withKey(key: string): HostileRequest['headers'] {
  return [['idempotency-key', key]];
}

const HEADER_NAMES = [
  '__proto__',
  'constructor',
  'accept',
  'accept-encoding',
  'cookie',
  'content-type',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'x-original-url',
  'x-amzn-trace-id',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-actual-token',
  'if-none-match',
  'range',
  'origin',
  'user-agent',
  'via',
];

const strangeHeaders = fc.tuple(
  fc.constantFrom(...HEADER_NAMES),
  fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '*',
      'null',
      SENT_SECRET,
      '../..',
      'DELETE',
      'bytes=0-',
      '\xff\xfe',
      '\t',
      'a'.repeat(7000),
    ),
    nastyTexts.map((text) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500)),
  ),
);

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('&');
}

/** Percent-encoded as UTF-8; what cannot be said in UTF-8 becomes the replacement character. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function everyByteEncoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
