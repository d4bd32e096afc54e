import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Authorization } from './authorization.ts';

/**
 * Checks tokens as API Gateway's JWT authorizer does: RSA signatures, by the keys that the issuer publishes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */

type JwtAuthorization = Extract<Authorization, { readonly kind: 'jwt' }>;
type Keys = ReturnType<typeof createRemoteJWKSet>;

export type TokenCheck =
  | { readonly kind: 'good'; readonly claims: Readonly<Record<string, string>> }
  /** Not there, not right, or not to be checked. */
  | { readonly kind: 'unknown' }
  /** Good, but without any of the scopes that the route asks for. */
  | { readonly kind: 'out-of-scope' };

export class Tokens {
  private readonly keys = new Map<string, Promise<Keys>>();

  /** @param header value of `Authorization`, with or without `Bearer`. */
  async check(header: string | undefined, authorization: JwtAuthorization): Promise<TokenCheck> {
    const token = header?.replace(/^Bearer /i, '') ?? '';
    const payload = await this.payloadOf(token, authorization);
    if (payload === undefined) return { kind: 'unknown' };
    const { scopes } = authorization;
    const granted = scopesIn(payload);
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
      return { kind: 'out-of-scope' };
    }
    return { kind: 'good', claims: asTexts(payload) };
  }

  private async payloadOf(
    token: string,
    { issuer, audience }: JwtAuthorization,
  ): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.keysOf(issuer), {
        issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp'],
      });
      // Of the three times in a token the library leaves this one to us.
      if ((payload.iat ?? 0) * 1000 > Date.now()) return undefined;
      const named = [payload.aud ?? payload.client_id].flat();
      return named.some((one) => audience.some((wanted) => wanted === one)) ? payload : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof DiscoveryError) return undefined;
      throw error;
    }
  }

  /** Asked for once; an issuer that could not be reached is asked again. */
  private keysOf(issuer: string): Promise<Keys> {
    const known = this.keys.get(issuer) ?? discover(issuer);
    this.keys.set(issuer, known);
    known.catch(() => this.keys.delete(issuer));
    return known;
  }
}

class DiscoveryError extends Error {
  override readonly name = 'DiscoveryError';
}

async function discover(issuer: string): Promise<Keys> {
  try {
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { jwks_uri: keys } = Object(await answer.json());
    return createRemoteJWKSet(new URL(String(keys)));
  } catch {
    throw new DiscoveryError('The issuer does not say where its keys are.');
  }
}

function scopesIn({ scope, scp }: JWTPayload): readonly string[] {
  const granted = scope ?? scp;
  if (Array.isArray(granted)) return granted.map(String);
  return typeof granted === 'string' ? granted.split(' ') : [];
}

/** The gateway hands every claim on as a text; a list as `[one two]`. */
function asTexts(payload: JWTPayload): Readonly<Record<string, string>> {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(' ')}]`;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, text(value)]));
}
