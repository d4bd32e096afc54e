import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { BudgetId } from '../../domain/ids.ts';
import { SCOPES, type Scope } from '../../names.ts';
import type { AccessRules } from '../adapters/access-rules.ts';

/** What a caller may do, out of what the gateway found out about it. */

export interface Access {
  readonly scopes: ReadonlySet<Scope>;
  mayTouch(budgetId: BudgetId): boolean;
}

const NOTHING: Access = { scopes: new Set(), mayTouch: () => false };

/** A caller that the rules do not know may do nothing. */
export function accessOf(rules: AccessRules, event: APIGatewayProxyEventV2): Access {
  switch (rules.kind) {
    case 'iam':
      return accessByIam(rules, event);
    case 'jwt':
      return accessByToken(rules, event);
  }
}

const Iam = z.object({
  authorizer: z.object({ iam: z.object({ userArn: z.string() }) }),
});

function accessByIam(
  { callers }: Extract<AccessRules, { readonly kind: 'iam' }>,
  { requestContext }: APIGatewayProxyEventV2,
): Access {
  const parsed = Iam.safeParse(requestContext);
  if (!parsed.success) return NOTHING;
  const principal = principalBehind(parsed.data.authorizer.iam.userArn);
  const caller = callers.find((one) => one.principal === principal);
  if (caller === undefined) return NOTHING;
  const { scopes = SCOPES, budgets } = caller;
  return {
    scopes: new Set(scopes),
    mayTouch: (budgetId) => budgets?.includes(budgetId) ?? true,
  };
}

/** The role whose session it is; anybody else is called by its own name. */
function principalBehind(userArn: string): string {
  const session = /^(arn:[a-z-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(userArn);
  return session === null ? userArn : `${session[1]}:iam::${session[2]}:role/${session[3]}`;
}

const Jwt = z.object({
  authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
});

function accessByToken(
  { scopePrefix, budgetsClaim }: Extract<AccessRules, { readonly kind: 'jwt' }>,
  { requestContext }: APIGatewayProxyEventV2,
): Access {
  const parsed = Jwt.safeParse(requestContext);
  if (!parsed.success) return NOTHING;
  const { claims } = parsed.data.authorizer.jwt;
  const granted = wordsIn(claims.scope ?? claims.scp);
  const named = budgetsClaim === undefined ? ['*'] : wordsIn(claims[budgetsClaim]);
  // In either case, as requests name them.
  const budgets = named.map((word) => word.toLowerCase());
  return {
    scopes: new Set(SCOPES.filter((scope) => granted.includes(`${scopePrefix}${scope}`))),
    mayTouch: (budgetId) => budgets.includes('*') || budgets.includes(budgetId),
  };
}

/** The gateway hands every claim on as a text: a list as `[one two]`, or as it was, with spaces or commas between. */
function wordsIn(claim: unknown): readonly string[] {
  const text = typeof claim === 'string' ? claim : '';
  return text.replace(/^\[|\]$/g, '').split(/[\s,"]+/);
}
