import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Whom this process believes a server's name: Node's own authorities and, where there is one, a household's own. */

const known = getCACertificates('default');
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
let trusted: string | undefined;

/** @param authority certificates in PEM, one or more; connections made from now on are verified with them too. */
export function trustAlso(authority: string | undefined): void {
  if (authority === trusted) return;
  setDefaultCACertificates([...known, ...(authority?.match(CERTIFICATE) ?? [])]);
  trusted = authority;
}
