import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import { synthesized } from '../e2e/assemblies.ts';

/** The synthesized stack, as tests look at it. */
export interface Synthesized {
  readonly template: Template;
  /** Size in bytes of a handler's bundle. */
  bundle(handler: string): Buffer;
  readonly stack: ReturnType<typeof resolveStack>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** @param config beside that of all tests. */
export async function synthesizedStack(
  config: Readonly<Record<string, unknown>> = {},
): Promise<Synthesized> {
  const folder = await synthesized(config);
  const template = JSON.parse(readFileSync(join(folder, 'ActualJobs.template.json'), 'utf8'));
  return {
    template,
    bundle: (handler) => readFileSync(join(folder, 'bundles', handler, 'index.cjs')),
    stack: resolveStack(readAssembly(folder), { apiEndpoint: 'http://127.0.0.1' }),
  };
}
