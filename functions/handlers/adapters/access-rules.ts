import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { budgetId, isUuid } from '../../domain/ids.ts';
import { SCOPES } from '../../names.ts';

/** What the callers of a stack may do: what its configuration says. */

const IamRules = z.strictObject({
  kind: z.literal('iam'),
  callers: z.array(
    z.strictObject({
      /** ARN of a role, without its path, or of a user. */
      principal: z.string(),
      /** Without it all of them. */
      budgets: z.array(z.string().refine(isUuid).transform(budgetId)).optional(),
      /** Without it all of them. */
      scopes: z.array(z.enum(SCOPES)).optional(),
    }),
  ),
});

const JwtRules = z.strictObject({
  kind: z.literal('jwt'),
  /** Stands before each scope in a token. */
  scopePrefix: z.string(),
  /** Claim that lists budgets; without it a token is good for all. */
  budgetsClaim: z.string().optional(),
});

const Rules = z.discriminatedUnion('kind', [IamRules, JwtRules]);

export type AccessRules = z.infer<typeof Rules>;

/**
 * @param file as infra/access.ts writes it; without one, whoever the gateway lets in may do everything.
 * @throws when the file is not there or not of this form: rules that are lost must not let everybody in.
 */
export function readAccessRules(file: string | undefined): AccessRules | undefined {
  return file === undefined ? undefined : Rules.parse(JSON.parse(readFileSync(file, 'utf8')));
}
