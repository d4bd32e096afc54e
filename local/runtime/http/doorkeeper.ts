import type { IncomingMessage } from 'node:http';
import { LOCAL_ACCOUNT, LOCAL_REGION, type LocalCaller } from '../contract.ts';
import type { Authorization } from './authorization.ts';
import { isSigned } from './signature.ts';
import { Tokens } from './tokens.ts';

/** Lets callers of the API in, or refuses them in the gateway's own words. */

export type Admission =
  | {
      readonly kind: 'admitted';
      /** `requestContext.authorizer` of the event; none where nobody is asked. */
      readonly authorizer: object | undefined;
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly message: string };

const FORBIDDEN = { kind: 'refused', status: 403, message: 'Forbidden' } as const;
const UNAUTHORIZED = { kind: 'refused', status: 401, message: 'Unauthorized' } as const;

export class Doorkeeper {
  private readonly callers: readonly LocalCaller[];
  private readonly tokens = new Tokens();

  /** @param callers who may sign, where a route asks for a signature. */
  constructor(callers: readonly LocalCaller[]) {
    this.callers = callers;
  }

  async admit(
    request: IncomingMessage,
    body: Buffer,
    authorization: Authorization,
  ): Promise<Admission> {
    switch (authorization.kind) {
      case 'none':
        return { kind: 'admitted', authorizer: undefined };
      case 'iam': {
        const caller = this.callers.find(({ credentials }) =>
          isSigned(request, body, credentials, Date.now()),
        );
        return caller === undefined
          ? FORBIDDEN
          : { kind: 'admitted', authorizer: { iam: iamOf(caller) } };
      }
      case 'jwt': {
        const checked = await this.tokens.check(request.headers.authorization, authorization);
        if (checked.kind === 'unknown') return UNAUTHORIZED;
        if (checked.kind === 'out-of-scope') return FORBIDDEN;
        const { scopes } = authorization;
        const jwt = { claims: checked.claims, scopes: scopes.length === 0 ? null : scopes };
        return { kind: 'admitted', authorizer: { jwt } };
      }
    }
  }
}

function iamOf({ credentials, userArn, userId }: LocalCaller) {
  return {
    accessKey: credentials.accessKeyId,
    accountId: LOCAL_ACCOUNT,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
    region: LOCAL_REGION,
  };
}
