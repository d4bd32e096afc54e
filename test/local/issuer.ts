import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** An OpenID Connect issuer on this machine: says where its keys are, and signs tokens. */
export interface Issuer {
  readonly url: string;
  /** Good for an hour unless `exp` (epoch seconds) says otherwise; a claim that is undefined is left out. */
  token(
    claims: Readonly<Record<string, unknown>>,
    header?: { readonly kid?: string },
  ): Promise<string>;
  /** What it publishes, as a text: somebody may try to sign with it. */
  readonly publicKeys: string;
  /** From now on, as what stands before a server that is down. */
  fail(): void;
  recover(): void;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = 'first';
  const publicKeys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }],
  });
  let fails = false;
  const server = createServer((request, response) => {
    if (fails) {
      response.writeHead(503).end();
      return;
    }
    const url = `http://${request.headers.host}`;
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    } else response.end(publicKeys);
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    publicKeys,
    fail: () => {
      fails = true;
    },
    recover: () => {
      fails = false;
    },
    token: (claims, header) =>
      new SignJWT({ iss: url, sub: 'somebody', exp: inAnHour(), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, ...header })
        .sign(privateKey),
    close,
  };
}

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
