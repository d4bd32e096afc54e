import fc from 'fast-check';
import { mostly, nastyNames, nastyTexts } from './nasties.ts';
import type { Operation, Parameter } from './operations.ts';
import { PLACES } from './places.ts';
import { type Schema, valuesOf } from './schema-values.ts';

/** The paths and queries of requests, from those that an operation describes to senseless ones. */

export function paths(
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

export function queries(
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
