import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import { synthesized } from '../e2e/assemblies.ts';

/** What is synthesized, as tests look at it. */
export interface Synthesized {
  /** The resources of both stacks. */
  readonly template: Template;
  /** What has to survive alone. */
  readonly state: Template;
  /** Whether CloudFormation refuses to destroy the stack. */
  isProtected(stack: string): boolean;
  /** A handler's bundle. */
  bundle(handler: string): Buffer;
  /** Names of the native binaries beside it. */
  natives(handler: string): readonly string[];
  readonly stack: ReturnType<typeof resolveStack>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** @param config beside that of all tests. */
export async function synthesizedStack(
  config: Readonly<Record<string, unknown>> = {},
): Promise<Synthesized> {
  const folder = await synthesized(config);
  const templateOf = (stack: string): Template =>
    JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const state = templateOf('ActualJobsState');
  return {
    template: { Resources: { ...state.Resources, ...templateOf('ActualJobs').Resources } },
    state,
    isProtected: (stack) => artifacts[stack].properties.terminationProtection,
    bundle: (handler) => readFileSync(join(folder, 'bundles', handler, 'index.cjs')),
    natives: (handler) =>
      readdirSync(join(folder, 'bundles', handler, 'node_modules/better-sqlite3/prebuilds')),
    stack: resolveStack(readAssembly(folder), { apiEndpoint: 'http://127.0.0.1' }),
  };
}

/** A handler's name as those of its resources in the template have it. */
export function pascalCase(handler: string): string {
  return handler.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());
}
