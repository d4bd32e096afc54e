import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { nastyNames, nastyValues, SENT_SECRET } from './nasties.ts';
import { PLACES } from './places.ts';

/** Bodies: what the document asks for, changed here and there, and what is no JSON at all. */

export interface Body {
  /** Bytes as latin1 text, so that ids in it can be replaced. */
  readonly bytes: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const JSON_TYPE = ['content-type', 'application/json'] as const;

/** One change of a value: where (counted over all places in it), and how. */
type Change =
  | { readonly how: 'replace'; readonly at: number; readonly value: unknown }
  | { readonly how: 'drop'; readonly at: number }
  | { readonly how: 'add'; readonly at: number; readonly name: string; readonly value: unknown }
  | { readonly how: 'repeat'; readonly at: number };

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ how: fc.constant('replace' as const), at: fc.nat(40), value: nastyValues }),
  fc.record({ how: fc.constant('drop' as const), at: fc.nat(40) }),
  fc.record({
    how: fc.constant('add' as const),
    at: fc.nat(40),
    name: nastyNames,
    value: nastyValues,
  }),
  fc.record({ how: fc.constant('repeat' as const), at: fc.nat(40) }),
);

/** A body that fits, or one with a few changes. */
export function bodiesLike(fitting: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const changed = fc
    .tuple(fitting, fc.array(changes, { minLength: 1, maxLength: 3 }))
    .map(([value, all]) => all.reduce<unknown>(changedAt, value));
  return fc.oneof(
    { arbitrary: fitting.map(asJson), weight: 6 },
    { arbitrary: changed.map(asJson), weight: 8 },
    { arbitrary: nastyValues.map(asJson), weight: 2 },
    {
      arbitrary: fc.tuple(fitting, encodings).map(([value, encode]) => encode(text(value))),
      weight: 3,
    },
    { arbitrary: junk, weight: 2 },
  );
}

function changedAt(value: unknown, change: Change): unknown {
  let place = change.at % countOf(value);
  const walk = (part: unknown): unknown => {
    place -= 1;
    if (place === -1) return changed(part, change);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(value);
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countOf(inner), 1);
}

function changed(part: unknown, change: Change): unknown {
  switch (change.how) {
    case 'replace':
      return change.value;
    case 'drop':
      return undefined;
    case 'repeat':
      return [part, part];
    case 'add': {
      const fields = typeof part === 'object' && part !== null ? Object.entries(part) : [];
      return Object.fromEntries([...fields, [change.name, change.value]]);
    }
  }
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function asJson(value: unknown): Body {
  return { bytes: latin1(text(value)), headers: [JSON_TYPE] };
}

/** The bytes of a text in UTF-8. */
function latin1(content: string): string {
  return Buffer.from(content, 'utf8').toString('latin1');
}

const CONTENT_TYPES = [
  'application/json; charset=utf-16',
  'APPLICATION/JSON;;;',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/html',
  'application/octet-stream',
  'application/vnd.api+json',
  'image/png',
  'json',
  ' ',
  `text/${SENT_SECRET}`,
];

/** The same JSON, said in another way. */
const encodings: fc.Arbitrary<(json: string) => Body> = fc.constantFrom<((json: string) => Body)[]>(
  // Binary: the gateway hands it on in base64.
  (json) => ({ bytes: latin1(json), headers: [['content-type', 'application/octet-stream']] }),
  (json) => ({ bytes: latin1(json), headers: [] }),
  (json) => ({ bytes: latin1(`\ufeff${json}`), headers: [JSON_TYPE] }),
  (json) => ({ bytes: latin1(json.slice(0, -1)), headers: [JSON_TYPE] }),
  (json) => ({ bytes: latin1(`${json}${json}`), headers: [JSON_TYPE] }),
  (json) => ({ bytes: latin1(`  ${json}\n\n`), headers: [JSON_TYPE] }),
  (json) => ({ bytes: latin1(json.replace('{', '{"type":"budget_sync",')), headers: [JSON_TYPE] }),
  (json) => ({
    bytes: latin1(json.replace('{', '{"__proto__":{"type":"x"},')),
    headers: [JSON_TYPE],
  }),
  (json) => ({ bytes: latin1(json.replaceAll('"', "'")), headers: [JSON_TYPE] }),
  (json) => ({ bytes: Buffer.from(json, 'utf16le').toString('latin1'), headers: [JSON_TYPE] }),
  (json) => ({ bytes: Buffer.from(json).toString('base64'), headers: [JSON_TYPE] }),
  (json) => ({
    bytes: gzipSync(json).toString('latin1'),
    headers: [JSON_TYPE, ['content-encoding', 'gzip']],
  }),
  ...CONTENT_TYPES.map(
    (type) =>
      (json: string): Body => ({
        bytes: latin1(json),
        headers: [['content-type', type]],
      }),
  ),
);

const MIB = 1024 * 1024;

/** No JSON, or far too much of it. */
const junk: fc.Arbitrary<Body> = fc
  .oneof(
    {
      arbitrary: fc
        .uint8Array({ maxLength: 60 })
        .map((bytes) => Buffer.from(bytes).toString('latin1')),
      weight: 60,
    },
    {
      arbitrary: fc.constantFrom(
        '',
        'null',
        '{}',
        '{}{}',
        '{"a":}',
        'NaN',
        '-',
        '1e999',
        '"\\ud800"',
        '"\\u0000"',
        '\xff\xfe',
        '\xc0\xaf',
        `{"budgetId":"${PLACES.budget}","budgetId":"${PLACES.otherBudget}","type":"budget_sync"}`,
        '['.repeat(60_000),
        '{"a":'.repeat(10_000),
        `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      ),
      weight: 60,
    },
    {
      arbitrary: fc
        .constantFrom(64 * 1024, 64 * 1024 + 1, 300_000)
        .map((size) => `"${'a'.repeat(size)}"`),
      weight: 20,
    },
    // Beside the limits of the gateway and of a function; seldom, as each takes its time.
    { arbitrary: fc.constantFrom(5, 7, 11).map((size) => 'a'.repeat(size * MIB)), weight: 1 },
  )
  .map((bytes) => ({ bytes, headers: [JSON_TYPE] }));
