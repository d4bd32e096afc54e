import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** What everybody may read. */
const READABLE = 0o444;

/**
 * Lets everybody read what lies in the assets. They are packed with the rights that files have here, and Lambda runs functions as
 * somebody else: whoever deploys with a umask of 077 would deploy functions that cannot be loaded.
 * https://repost.aws/knowledge-center/lambda-deployment-package-errors
 *
 * @param outdir folder that the stacks were synthesized into.
 */
export function letEverybodyRead(outdir: string): void {
  for (const asset of readdirSync(outdir).filter((name) => name.startsWith('asset.'))) {
    const entries = readdirSync(join(outdir, asset), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const { mode } = statSync(file);
      if ((mode & READABLE) !== READABLE) chmodSync(file, mode | READABLE);
    }
  }
}
