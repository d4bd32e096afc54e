import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFields } from '../runtime/fields.ts';
import { TemplateError } from './intrinsics.ts';

/** A CDK cloud assembly on disk: its stacks' templates, and where their assets lie. */
export interface Assembly {
  readonly stacks: readonly StackTemplate[];
  /** Folder of an asset, by the object key that a template names. */
  assetFolder(objectKey: string): string;
}

export interface StackTemplate {
  readonly name: string;
  readonly template: Readonly<Record<string, unknown>>;
}

/** @throws TemplateError when the folder is no assembly with a stack. */
export function readAssembly(folder: string): Assembly {
  const artifacts = expected(expected(readJson(join(folder, 'manifest.json'))).artifacts);
  const names = Object.entries(artifacts).flatMap(([name, artifact]) =>
    expected(artifact).type === 'aws:cloudformation:stack' ? [name] : [],
  );
  if (names.length === 0) throw new TemplateError('The assembly has no stack.');
  const files = Object.assign(
    {},
    ...names.map((name) => expected(expected(readJson(join(folder, `${name}.assets.json`))).files)),
  );
  return {
    stacks: names.map((name) => ({
      name,
      template: expected(readJson(join(folder, `${name}.template.json`))),
    })),
    assetFolder(objectKey) {
      const hash = objectKey.replace(/\.zip$/, '');
      const source = expected(expected(files[hash]).source);
      if (typeof source.path !== 'string') {
        throw new TemplateError(`The assembly has no asset for ${objectKey}.`);
      }
      return join(folder, source.path);
    },
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new TemplateError(`${file} is missing or is not JSON.`);
  }
}

function expected(value: unknown): Readonly<Record<string, unknown>> {
  if (!isFields(value)) throw new TemplateError('The assembly has not the expected form.');
  return value;
}
