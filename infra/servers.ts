import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENV, ONLY_SERVER } from '../functions/names.ts';
import type { StackConfig } from './config/config.ts';
import { HANDLERS, type HandlerSpec } from './handlers.ts';

/** The Actual servers of a stack, and the map of budgets to them. */

/** In the assets of the functions that look into it: the environment of a function holds 4 KB, hundreds of budgets more. */
export const BUDGET_MAP_FILE = 'budgets.json';

export function serverIds({ servers }: StackConfig): readonly string[] {
  return servers?.map(({ id }) => id) ?? [ONLY_SERVER];
}

/** Puts the map, where there is one, into the assets of the functions that read it. */
export function writeBudgetMap({ servers }: StackConfig, bundles: string): void {
  const map = Object.fromEntries((servers ?? []).map(({ id, budgets }) => [id, budgets]));
  const handlers: readonly HandlerSpec[] = Object.values(HANDLERS);
  for (const { name, environment } of handlers) {
    if (!environment.includes(ENV.budgetMap)) continue;
    const file = join(bundles, name, BUDGET_MAP_FILE);
    // Bundles that are used again may hold the map of another configuration.
    if (servers === undefined) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(map));
  }
}
