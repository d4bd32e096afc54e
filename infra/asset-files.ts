import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from './functions.ts';
import { HANDLERS, type HandlerSpec } from './handlers.ts';

/**
 * Puts a part of the configuration into the assets of the functions that read it: their environment holds 4 KB, a
 * configuration more.
 *
 * @param variable names the file to a function; those that read it have it in their environment.
 * @param content undefined where the configuration has none of it.
 */
export function writeAssetFile(
  bundles: string,
  variable: EnvironmentName,
  fileName: string,
  content: object | undefined,
): void {
  const handlers: readonly HandlerSpec[] = Object.values(HANDLERS);
  for (const { name, environment } of handlers) {
    if (!environment.includes(variable)) continue;
    const file = join(bundles, name, fileName);
    // Bundles that are used again may hold what another configuration says.
    if (content === undefined) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(content));
  }
}
