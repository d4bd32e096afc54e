import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFields, TemplateError } from './intrinsics.ts';

/** A CDK cloud assembly on disk: its one stack's template, and where its assets lie. */
export interface Assembly {
  readonly stackName: string;
  readonly template: Readonly<Record<string, unknown>>;
  /** Folder of an asset, by the object key that the template names. */
  assetFolder(objectKey: string): string;
}

/** @throws TemplateError when the folder is no assembly with exactly one stack. */
export function readAssembly(folder: string): Assembly {
  const artifacts = fieldsOf(fieldsOf(readJson(join(folder, 'manifest.json'))).artifacts);
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => fieldsOf(artifact).type === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new TemplateError(`The local stack runs one stack; the assembly has ${stacks.length}.`);
  }
  const [stackName] = stack;
  const files = fieldsOf(fieldsOf(readJson(join(folder, `${stackName}.assets.json`))).files);
  return {
    stackName,
    template: fieldsOf(readJson(join(folder, `${stackName}.template.json`))),
    assetFolder(objectKey) {
      const hash = objectKey.replace(/\.zip$/, '');
      const source = fieldsOf(fieldsOf(files[hash]).source);
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

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isFields(value)) throw new TemplateError('The assembly has not the expected form.');
  return value;
}
