import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
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
