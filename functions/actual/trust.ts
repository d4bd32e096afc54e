import { X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Whom this process believes a server's name: Node's own authorities and, where there is one, a household's own. */

const known = getCACertificates('default');
const BEGIN = /-----BEGIN CERTIFICATE-----/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
let trusted: string | undefined;

/** @param authority certificates in PEM, one or more; connections made from now on are verified with them too. */
export function trustAlso(authority: string | undefined): void {
  if (authority === trusted) return;
  setDefaultCACertificates([...known, ...certificatesIn(authority ?? '')]);
  trusted = authority;
}

/** Whether a certificate of the authority has no end, so that the others alone are trusted. */
export function leavesOutCertificate(): boolean {
  const text = trusted ?? '';
  return (text.match(BEGIN) ?? []).length > certificatesIn(text).length;
}

/** False for a text without certificates, or with one that Node would refuse, and all others with it. */
export function isAuthority(text: string): boolean {
  const certificates = certificatesIn(text);
  return certificates.length > 0 && certificates.every(isCertificate);
}

function certificatesIn(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}
