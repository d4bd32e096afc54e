import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A server's certificate with its key and who vouches for it, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

/** A certificate authority as a household makes one for itself. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** @param addresses IP addresses that the certificate is for. */
  issue(addresses: readonly string[], validity?: Validity): Certificate;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;
const USUAL: Validity = {
  from: new Date(Date.now() - DAY_MS),
  to: new Date(Date.now() + 30 * DAY_MS),
};

export function makeAuthority(name: string): Authority {
  const keys = keyPair();
  const issuer = [{ name: 'commonName', value: name }];
  const own = unsigned(keys.publicKey, { serial: '01', subject: issuer, issuer, validity: USUAL });
  own.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  own.sign(keys.privateKey, forge.md.sha256.create());
  const authority = forge.pki.certificateToPem(own);
  let serial = 1;
  return {
    certificate: authority,
    issue(addresses, validity = USUAL) {
      serial += 1;
      const server = keyPair();
      const subject = [{ name: 'commonName', value: 'actual' }];
      const issued = unsigned(server.publicKey, {
        serial: serial.toString(16).padStart(2, '0'),
        subject,
        issuer,
        validity,
      });
      issued.setExtensions([
        { name: 'subjectAltName', altNames: addresses.map((ip) => ({ type: 7, ip })) },
        { name: 'extKeyUsage', serverAuth: true },
      ]);
      issued.sign(keys.privateKey, forge.md.sha256.create());
      return {
        key: forge.pki.privateKeyToPem(server.privateKey),
        certificate: forge.pki.certificateToPem(issued),
        authority,
      };
    },
  };
}

/** Made by Node, which is quicker at it. */
function keyPair(): forge.pki.rsa.KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    privateKey: forge.pki.privateKeyFromPem(privateKey),
    publicKey: forge.pki.publicKeyFromPem(publicKey),
  };
}

function unsigned(
  publicKey: forge.pki.rsa.PublicKey,
  {
    serial,
    subject,
    issuer,
    validity,
  }: {
    readonly serial: string;
    readonly subject: forge.pki.CertificateField[];
    readonly issuer: forge.pki.CertificateField[];
    readonly validity: Validity;
  },
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = serial;
  certificate.validity.notBefore = validity.from;
  certificate.validity.notAfter = validity.to;
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}
