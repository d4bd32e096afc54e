import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  type ResolvedStack,
  type Resource,
} from '../runtime/contract.ts';
import { isFields } from '../runtime/fields.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { type Identity, identityOf } from './identities.ts';
import { type Names, NO_VALUE, resolveValue, TemplateError } from './intrinsics.ts';

/** What only the running stack knows. */
export interface RuntimeValues {
  /** Address of the HTTP API, e.g. `http://127.0.0.1:8787`. */
  readonly apiEndpoint: string;
}

/**
 * All stacks of an assembly as one: on this machine they come and go together.
 *
 * @throws TemplateError naming the resource and property that cannot be resolved.
 */
export function resolveStack(assembly: Assembly, runtime: RuntimeValues): ResolvedStack {
  const names = new Map<string, Names>();
  const outputsOf = ({ name, template }: StackTemplate) =>
    section(template, 'Outputs').map(
      ([output, content]) => [output, outputIn(content, namesIn(names, name), output)] as const,
    );
  const declared = assembly.stacks.map((stack) => ({ stack, resources: declaredIn(stack) }));
  refuseRepeated(declared.flatMap(({ resources }) => resources));
  for (const { stack, resources } of declared) {
    const identities = new Map(resources.map(({ logicalId, identity }) => [logicalId, identity]));
    names.set(stack.name, namesOf(stack, identities, { ...runtime, names, assembly }));
  }
  const stacks = new Map(
    assembly.stacks.map((stack) => [stack.name, Object.fromEntries(outputsOf(stack))]),
  );
  return {
    resources: declared.flatMap(({ stack, resources }) =>
      resources.map((resource) => resolved(resource, namesIn(names, stack.name))),
    ),
    outputs: Object.assign({}, ...stacks.values()),
    stacks,
  };
}

interface Declared {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
  readonly identity: Identity;
}

function declaredIn({ template }: StackTemplate): readonly Declared[] {
  return section(template, 'Resources').map(([logicalId, resource]) => {
    const { Type: type, Properties: properties } = isFields(resource) ? resource : {};
    if (typeof type !== 'string') throw new TemplateError(`${logicalId} has no type.`);
    return { logicalId, type, properties: properties ?? {}, identity: identityOf(type, logicalId) };
  });
}

/** Names on this machine are made of logical ids. */
function refuseRepeated(resources: readonly Declared[]): void {
  const seen = new Set<string>();
  for (const { logicalId } of resources) {
    if (seen.has(logicalId)) throw new TemplateError(`Two stacks have a resource ${logicalId}.`);
    seen.add(logicalId);
  }
}

function resolved({ logicalId, type, properties, identity }: Declared, names: Names): Resource {
  const values = resolveValue(properties, names, logicalId);
  const { physicalId, arn } = identity;
  return { logicalId, type, physicalId, arn, properties: isFields(values) ? values : {} };
}

function outputIn(output: unknown, names: Names, name: string): string {
  return isFields(output) ? String(resolveValue(output.Value, names, `Outputs.${name}`)) : '';
}

function namesIn(names: ReadonlyMap<string, Names>, stack: string): Names {
  const found = names.get(stack);
  if (found === undefined) throw new TemplateError(`The assembly has no stack ${stack}.`);
  return found;
}

interface Surroundings extends RuntimeValues {
  readonly assembly: Assembly;
  /** Of every stack, once they are known. */
  readonly names: ReadonlyMap<string, Names>;
}

function namesOf(
  { name: stackName, template }: StackTemplate,
  identities: ReadonlyMap<string, Identity>,
  { apiEndpoint, assembly, names }: Surroundings,
): Names {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::Region': LOCAL_REGION,
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': stackName,
    'AWS::NoValue': NO_VALUE,
  };
  const parameters = new Map(section(template, 'Parameters'));
  return {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const identity = identities.get(name);
      if (identity !== undefined) return identity.physicalId;
      const parameter = parameters.get(name);
      if (isFields(parameter) && parameter.Default !== undefined) return parameter.Default;
      throw new TemplateError(`The template refers to ${name}, which it does not declare.`);
    },
    attribute(logicalId, attribute) {
      const identity = identities.get(logicalId);
      if (attribute === 'ApiEndpoint') return apiEndpoint;
      if (attribute === 'Arn' && identity !== undefined) return identity.arn;
      const value = identity?.attributes[attribute];
      if (value === undefined) {
        throw new TemplateError(`${logicalId} has no attribute ${attribute} on this machine.`);
      }
      return value;
    },
    stackOutput(stack, output) {
      const other = assembly.stacks.find(({ name }) => name === stack);
      const content = new Map(section(other?.template ?? {}, 'Outputs')).get(output);
      if (content === undefined) {
        throw new TemplateError(`The stack ${stack} has no output ${output}.`);
      }
      return outputIn(content, namesIn(names, stack), output);
    },
  };
}

function section(
  template: Readonly<Record<string, unknown>>,
  name: string,
): readonly (readonly [string, unknown])[] {
  const value = template[name];
  return isFields(value) ? Object.entries(value) : [];
}
