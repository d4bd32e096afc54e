import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { StartError } from './start-error.ts';

/** One that is cut off, too, which has no end. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g;

/**
 * The certificates in a PEM file, and nothing else that lies in it.
 *
 * @throws StartError when it cannot be read, holds none, or one that is damaged.
 */
export function readAuthority(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new StartError(`--ca: ${file} cannot be read.`);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new StartError(`--ca: ${file} holds no certificate in PEM.`);
  }
  const damaged = certificates.findIndex((pem) => !isCertificate(pem));
  if (damaged !== -1) {
    throw new StartError(
      `--ca: ${file}: certificate ${damaged + 1} of ${certificates.length} is damaged.`,
    );
  }
  return `${certificates.join('\n')}\n`;
}

/** From now on this process believes whom the stack's functions will: what a user's shell adds does not reach them. */
export function trustOnly(authority: string | undefined): void {
  // With it the password would go to whoever answers; Node looks at it with each connection.
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  setDefaultCACertificates([...rootCertificates, ...(authority?.match(CERTIFICATE) ?? [])]);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}
