import { ENV } from '../functions/names.ts';
import { writeAssetFile } from './asset-files.ts';
import { type AuthConfig, principalOf } from './config/auth.ts';
import type { StackConfig } from './config/config.ts';

/** What callers of the API may do, told to the functions that it calls. */

/** In the assets of the functions: their environment would not hold many callers. */
export const ACCESS_FILE = 'access.json';

/** Puts the rules, where there are some, into the assets of the functions that read them. */
export function writeAccess({ auth }: StackConfig, bundles: string): void {
  const rules = auth === undefined ? undefined : rulesOf(auth);
  writeAssetFile(bundles, ENV.access, ACCESS_FILE, rules);
}

function rulesOf({ iam, jwt }: AuthConfig) {
  if (jwt !== undefined) {
    const { scopePrefix, budgetsClaim } = jwt;
    return { kind: 'jwt', scopePrefix, budgetsClaim };
  }
  const callers = iam?.callers.map(({ arn, ...may }) => ({ principal: principalOf(arn), ...may }));
  return { kind: 'iam', callers };
}
