import fc from 'fast-check';
import { nastyTexts, SENT_SECRET } from './nasties.ts';

/** The headers of requests that nobody means well with. */

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Few, so that they come again: with the same body, with another, on another path. */
export const idempotencyKeys: fc.Arbitrary<HeaderList> = fc.oneof(
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

function withKey(key: string): HeaderList {
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

export const strangeHeaders = fc.tuple(
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
