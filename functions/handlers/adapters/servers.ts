import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type BudgetId, budgetId, isUuid } from '../../domain/ids.ts';

/** Which budgets are on which server, and which secrets are whose: what the stack's configuration says. */

/** Ids of servers by sync id. */
export type BudgetMap = ReadonlyMap<BudgetId, string>;

/** Ids of a server's secrets. */
export interface ServerSecrets {
  /** Address and passwords. */
  readonly actual: string;
  /** The session token. */
  readonly session: string;
}

const BudgetMapShape = z.record(z.string(), z.array(z.string().refine(isUuid).transform(budgetId)));
const ServerSecretsShape = z.record(
  z.string(),
  z.strictObject({ actual: z.string().min(1), session: z.string().min(1) }),
);

/**
 * @param file of the form `{"<server id>": ["<sync id>", …]}`; without one there is no map.
 * @throws when the file is not there or not of this form: a map that is lost must not let everything in.
 */
export function readBudgetMap(file: string | undefined): BudgetMap | undefined {
  if (file === undefined) return undefined;
  const servers = BudgetMapShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  return new Map(
    Object.entries(servers).flatMap(([server, budgets]) =>
      budgets.map((budget) => [budget, server] as const),
    ),
  );
}

/** @throws when the text is not of the form `{"<server id>": {"actual": "…", "session": "…"}}`. */
export function parseServerSecrets(text: string): ReadonlyMap<string, ServerSecrets> {
  return new Map(Object.entries(ServerSecretsShape.parse(JSON.parse(text))));
}
