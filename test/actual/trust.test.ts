import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { translate } from '../../functions/actual/failures.ts';
import { trustAlso } from '../../functions/actual/trust.ts';
import { makeAuthority } from './certificates.ts';

const nameOf = (certificate: string) => new X509Certificate(certificate).fingerprint256;

/** Those that the system has too are listed twice at first. */
const trusted = () => new Set(getCACertificates('default').map(nameOf));

it("a household's authorities are believed beside the known ones, and no longer than they are in the secret", () => {
  const known = trusted();
  const [one, two] = [makeAuthority('One').certificate, makeAuthority('Two').certificate];
  trustAlso(`${one}\n${two}`);
  expect(trusted()).toEqual(new Set([...known, nameOf(one), nameOf(two)]));
  trustAlso(two);
  expect(trusted()).toEqual(new Set([...known, nameOf(two)]));
  trustAlso(undefined);
  expect(trusted()).toEqual(known);
});

it.each([
  ['behind', (whole: string, cut: string) => `${whole}\n${cut}`],
  ['before', (whole: string, cut: string) => `${cut}\n${whole}`],
])(
  'one that is cut off %s a whole one is left out, which is said where a certificate cannot be verified',
  (_where, beside) => {
    const [one, two] = [makeAuthority('One').certificate, makeAuthority('Two').certificate];
    const said = () => {
      const seen = { path: '/info', outcome: 'untrusted', sentBytes: 0, receivedBytes: 0 } as const;
      return translate(new Error('no connection'), [seen]).message;
    };
    const known = trusted();
    trustAlso(beside(one, two.slice(0, 200)));
    expect(trusted()).toEqual(new Set([...known, nameOf(one)]));
    expect(said()).toContain('A certificate there is cut off');
    trustAlso(`${one}\n${two}`);
    expect(said()).not.toContain('cut off');
    trustAlso(undefined);
    expect(said()).not.toContain('cut off');
  },
);
