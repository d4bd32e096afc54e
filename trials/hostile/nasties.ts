import fc from 'fast-check';
import { IDS, PLACES } from './places.ts';

/** What has broken other services: texts, numbers, names and values that nobody means well with. */

/**
 * A secret in the wrong place: what a caller sends as a value by mistake must not come back in a refusal, nor stand in a
 * log. The blank keeps it out of everything that names something.
 */
export const SENT_SECRET = 'canary-sent in the wrong place';

const KIB = 1024;

export const nastyTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constant(SENT_SECRET),
  { arbitrary: fc.constantFrom(...IDS), weight: 2 },
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\r\nX-Injected: yes',
    '\u0085\u2028\u2029',
    '\u202e\u2066\u200f evil',
    '\ufeff',
    '\ud800',
    '\udfff\ud800',
    'e\u0301\u0301\u0301\u0301',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    '\u0660\u0661',
    'İıſK',
    'null',
    'undefined',
    'NaN',
    'true',
    '[object Object]',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '../../../../etc/passwd',
    '..\\..\\',
    '%00',
    '%2e%2e%2f',
    '%u0000',
    '{{7*7}}#{7*7}',
    '<script>alert(1)</script>',
    "' OR '1'='1' --",
    '$(reboot)`reboot`',
    '\u0024{jndi:ldap://localhost/a}',
    'JOB#x',
    'RUNNING',
    'QUEUE#',
    `BUDGET#${PLACES.budget}`,
    '#key = :value',
    'attribute_exists(PK)',
    'urn:actual-jobs:problem:internal',
    PLACES.budget.toUpperCase(),
    `{${PLACES.budget}}`,
    `${PLACES.budget}\n`,
    ` ${PLACES.budget}`,
    'suggestion-pending.01',
    'suggestion-pending.0',
    'suggestion-pending.1e1',
    'suggestion-pending.99999999999999999',
    'suggestion-pending.',
    '.1',
    '__proto__.1',
    'toString.1',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(
      fc.constantFrom('a', '\u00e9', '\u{1f600}', '"', '\\'),
      fc.constantFrom(65, 256, 1001, 4 * KIB),
    )
    .map(([unit, times]) => unit.repeat(times)),
);

const nastyNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    -0,
    -1,
    0.1 + 0.2,
    1.0000000000000002,
    -5e-324,
    5e-324,
    1e-130,
    1e21,
    1e125,
    1.797e308,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

/** Names of fields and parameters. */
export const nastyNames: fc.Arbitrary<string> = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'toJSON',
  'then',
  'length',
  '',
  ' ',
  'type ',
  'Type',
  'budgetId\0',
  'budgetid',
  'budget_id',
  '$where',
  'status',
  'job',
  'metadata',
  'requestedBy',
  'trigger',
  'retryCount',
  'parentJobId',
  'PK',
  'expiresAt',
  'a'.repeat(5000),
  '\u202e',
  '\ud800',
);

const DEPTHS = [1, 10, 200, 1500];

/** A value nested in lists or objects, as deep as recursive code does not like it. */
const nested: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...DEPTHS), fc.boolean())
  .map(([depth, inLists]) => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level += 1) value = inLists ? [value] : { a: value };
    return value;
  });

/** Values of every JSON type. */
export const nastyValues: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: nastyTexts, weight: 5 },
  { arbitrary: nastyNumbers, weight: 2 },
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { '': null }),
  nested,
  fc.tuple(nastyNames, nastyTexts).map((field) => Object.fromEntries([field])),
  fc.constantFrom(101, 501, 3000).map((length) => Array.from({ length }, () => PLACES.pending)),
  fc.constantFrom(101, 501).map((length) => Array.from({ length }, (_, index) => `s-${index}.1`)),
);

/** What is right, but for one time in fifteen. */
export function mostly<T>(right: T, strange: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(right), weight: 14 }, { arbitrary: strange, weight: 1 });
}
