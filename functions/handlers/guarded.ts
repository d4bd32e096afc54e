import { readAccessRules } from './adapters/access-rules.ts';
import { readBudgetMap } from './adapters/servers.ts';
import { accessFile, budgetMapFile } from './environment.ts';
import { onlyAllowed } from './http/access.ts';
import type { GuardedRoute, Route } from './http/route.ts';

/** A route as this stack serves it: to the callers and for the budgets that its configuration names, where it does. */
export function guarded(work: GuardedRoute): Route {
  const known = readBudgetMap(budgetMapFile());
  return onlyAllowed({ known, rules: readAccessRules(accessFile()) }, work);
}
