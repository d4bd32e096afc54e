import { z } from 'zod';
import { SCOPES } from '../../functions/names.ts';
import { webAddress } from './address.ts';
import { SyncId } from './sync-id.ts';

/** Who gets in, and what they may do. */

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
const PRINCIPAL = /^(arn:aws[a-z-]*:iam::\d{12}:)(?:role\/(?:.+\/)?([\w+=,.@-]{1,64})|(user\/.+))$/;

/** A role or a user, and what it may do. */
const IamCaller = z.strictObject({
  /** As IAM shows it; a session of a role counts as the role. */
  arn: z.string().regex(PRINCIPAL, {
    message:
      'has to be the ARN of a role or a user, such as arn:aws:iam::123456789012:role/Bookkeeper',
  }),
  /** Sync ids of the budgets that are there for it; without it, all. */
  budgets: z.array(SyncId).min(1, { message: 'has to name a budget, or be left out' }).optional(),
  /** What it may do; without it, everything. */
  scopes: z
    .array(z.enum(SCOPES, { error: `has to be one of ${SCOPES.join(', ')}` }))
    .min(1, { message: 'has to name a scope, or be left out' })
    .optional(),
});

/** Callers sign by AWS Signature Version 4, and are the ones named here. */
const Iam = z.strictObject({
  callers: z.array(IamCaller).min(1, { message: 'has to name a caller' }),
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: AWS raises it for nobody. */
const AUDIENCES_MAX = 50;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html */
const ISSUER_MAX = 2048;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html: so long a scope of a route may be. */
const SCOPE_MAX = 64;
const PREFIX_MAX = SCOPE_MAX - Math.max(...SCOPES.map(({ length }) => length));

/** Callers show a token of an OpenID Connect issuer. */
const Jwt = z.strictObject({
  /** As its tokens have it in `iss`; its keys are found by way of /.well-known/openid-configuration there. */
  issuer: z
    .string()
    .max(ISSUER_MAX)
    .superRefine((text, context) => {
      const message = problemWith(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  /** A token has one of these in `aud`, or, where it has no `aud`, in `client_id`. */
  audience: z
    .array(z.string().min(1, { message: 'has to be what tokens have in aud or client_id' }))
    .min(1, { message: 'has to name an audience' })
    .max(AUDIENCES_MAX, { message: `may name ${AUDIENCES_MAX} audiences` }),
  /** Comes before each scope, where the issuer wants it so: `actual-jobs/` with a resource server of Cognito. */
  scopePrefix: z
    .string()
    .max(PREFIX_MAX)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]*$/, { message: 'has to be without spaces, quotes and \\' })
    .default(''),
  /** Claim that lists the budgets a token is good for, by sync id, `*` for all; without it every token is good for all. */
  budgetsClaim: z.string().min(1, { message: 'has to be the name of a claim' }).optional(),
});

export const Auth = z
  .strictObject({ iam: Iam.optional(), jwt: Jwt.optional() })
  .refine(({ iam, jwt }) => (iam === undefined) !== (jwt === undefined), {
    message: 'has to be either iam or jwt',
  });

export type AuthConfig = z.infer<typeof Auth>;
export type JwtConfig = z.infer<typeof Jwt>;

/**
 * A principal as the gateway knows its sessions: without the path of a role, which is not in a session's ARN. Names of
 * roles are unique in an account, whatever their paths.
 */
export function principalOf(arn: string): string {
  const [, account, role] = PRINCIPAL.exec(arn) ?? [];
  return role === undefined ? arn : `${account}role/${role}`;
}

/** What is wrong with the address of an issuer; undefined when nothing is. */
function problemWith(text: string): string | undefined {
  const url = webAddress(text);
  if (url === undefined) {
    return 'has to be the address of an OpenID Connect issuer, such as https://login.example.org';
  }
  // URL leaves out a ? or # that nothing follows.
  if (/[?#]/.test(text) || url.username !== '' || url.password !== '') {
    return 'has to be without ?, # and user';
  }
  // The gateway takes no other; a stack on one machine may have its issuer there.
  if (url.protocol === 'http:' && url.hostname !== '127.0.0.1') return 'has to begin with https://';
  return undefined;
}
