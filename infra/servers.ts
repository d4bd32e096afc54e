import { ENV, ONLY_SERVER } from '../functions/names.ts';
import { writeAssetFile } from './asset-files.ts';
import type { StackConfig } from './config/config.ts';

/** The Actual servers of a stack, and the map of budgets to them. */

/** In the assets of the functions that look into it: the environment of a function holds 4 KB, hundreds of budgets more. */
export const BUDGET_MAP_FILE = 'budgets.json';

export function serverIds({ servers }: StackConfig): readonly string[] {
  return servers?.map(({ id }) => id) ?? [ONLY_SERVER];
}

/** Puts the map, where there is one, into the assets of the functions that read it. */
export function writeBudgetMap({ servers }: StackConfig, bundles: string): void {
  const map = Object.fromEntries((servers ?? []).map(({ id, budgets }) => [id, budgets]));
  writeAssetFile(bundles, ENV.budgetMap, BUDGET_MAP_FILE, servers === undefined ? undefined : map);
}
