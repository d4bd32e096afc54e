import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENV } from '../functions/names.ts';
import { type AuthConfig, principalOf } from './config/auth.ts';
import type { StackConfig } from './config/config.ts';
import { HANDLERS, type HandlerSpec } from './handlers.ts';

/** What callers of the API may do, told to the functions that it calls. */

/** In the assets of the functions: their environment would not hold many callers. */
export const ACCESS_FILE = 'access.json';

/** Puts the rules, where there are some, into the assets of the functions that read them. */
export function writeAccess({ auth }: StackConfig, bundles: string): void {
  const handlers: readonly HandlerSpec[] = Object.values(HANDLERS);
  for (const { name, environment } of handlers) {
    if (!environment.includes(ENV.access)) continue;
    const file = join(bundles, name, ACCESS_FILE);
    // Bundles that are used again may hold the rules of another configuration.
    if (auth === undefined) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(rulesOf(auth)));
  }
}

function rulesOf({ iam, jwt }: AuthConfig) {
  if (jwt !== undefined) {
    const { scopePrefix, budgetsClaim } = jwt;
    return { kind: 'jwt', scopePrefix, budgetsClaim };
  }
  const callers = iam?.callers.map(({ arn, ...may }) => ({ principal: principalOf(arn), ...may }));
  return { kind: 'iam', callers };
}
