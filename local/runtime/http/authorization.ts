import type { Resource } from '../contract.ts';

/** What a route asks of its callers: an `AuthorizationType`, and where it has one, the authorizer that it names. */

export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'iam' }
  | {
      readonly kind: 'jwt';
      readonly issuer: string;
      readonly audience: readonly string[];
      /** One of them has to be in the token, where there are some. */
      readonly scopes: readonly string[];
    };

/** @throws Error for what this gateway does not know: to let everybody in instead would hide it. */
export function authorizationOf(
  { logicalId, properties }: Resource,
  authorizers: ReadonlyMap<string, Resource>,
): Authorization {
  const { AuthorizationType = 'NONE', AuthorizerId, AuthorizationScopes } = properties;
  switch (AuthorizationType) {
    case 'NONE':
      return { kind: 'none' };
    case 'AWS_IAM':
      return { kind: 'iam' };
    case 'JWT': {
      const { AuthorizerType, IdentitySource, JwtConfiguration } =
        authorizers.get(String(AuthorizerId))?.properties ?? {};
      const source = Array.isArray(IdentitySource) ? IdentitySource.join() : '';
      if (AuthorizerType !== 'JWT' || source !== '$request.header.Authorization') {
        throw new Error(`${logicalId} has no JWT authorizer that reads the header Authorization`);
      }
      const { Issuer, Audience } = Object(JwtConfiguration);
      return {
        kind: 'jwt',
        issuer: String(Issuer),
        audience: textsIn(Audience),
        scopes: textsIn(AuthorizationScopes),
      };
    }
    default:
      throw new Error(
        `${logicalId}: the local stack does not know the authorization ${String(AuthorizationType)}`,
      );
  }
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
