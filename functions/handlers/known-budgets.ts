import { readBudgetMap } from './adapters/servers.ts';
import { budgetMapFile } from './environment.ts';
import { type JobLookup, onlyKnown } from './http/known-budgets.ts';
import type { Route } from './http/route.ts';

/** A route as this stack serves it: for the budgets of its map alone, where it has one. */
export function forKnownBudgets(work: Route, jobs?: JobLookup): Route {
  return onlyKnown(readBudgetMap(budgetMapFile()), work, jobs);
}
