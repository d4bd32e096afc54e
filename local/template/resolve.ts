import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  type ResolvedStack,
  type Resource,
} from '../runtime/contract.ts';
import type { Assembly } from './assembly.ts';
import { type Identity, identityOf } from './identities.ts';
import { isFields, type Names, NO_VALUE, resolveValue, TemplateError } from './intrinsics.ts';

/** What only the running stack knows. */
export interface RuntimeValues {
  /** Address of the HTTP API, e.g. `http://127.0.0.1:8787`. */
  readonly apiEndpoint: string;
}

/** @throws TemplateError naming the resource and property that cannot be resolved. */
export function resolveStack(assembly: Assembly, runtime: RuntimeValues): ResolvedStack {
  const declared = section(assembly, 'Resources').map(([logicalId, resource]) => {
    const { Type: type, Properties: properties } = isFields(resource) ? resource : {};
    if (typeof type !== 'string') throw new TemplateError(`${logicalId} has no type.`);
    return { logicalId, type, properties: properties ?? {}, identity: identityOf(type, logicalId) };
  });
  const identities = new Map(declared.map(({ logicalId, identity }) => [logicalId, identity]));
  const names = namesOf(assembly, identities, runtime);
  const resources = declared.map(({ logicalId, type, properties, identity }): Resource => {
    const resolved = resolveValue(properties, names, logicalId);
    return {
      logicalId,
      type,
      physicalId: identity.physicalId,
      arn: identity.arn,
      properties: isFields(resolved) ? resolved : {},
    };
  });
  const outputs = section(assembly, 'Outputs').map(([name, output]) => {
    const value = isFields(output) ? resolveValue(output.Value, names, `Outputs.${name}`) : '';
    return [name, String(value)] as const;
  });
  return { stackName: assembly.stackName, resources, outputs: Object.fromEntries(outputs) };
}

function namesOf(
  assembly: Assembly,
  identities: ReadonlyMap<string, Identity>,
  runtime: RuntimeValues,
): Names {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::Region': LOCAL_REGION,
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': assembly.stackName,
    'AWS::StackId': assembly.stackName,
    'AWS::NoValue': NO_VALUE,
  };
  const parameters = new Map(section(assembly, 'Parameters'));
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
      if (attribute === 'ApiEndpoint') return runtime.apiEndpoint;
      if (attribute === 'Arn' && identity !== undefined) return identity.arn;
      const value = identity?.attributes[attribute];
      if (value === undefined) {
        throw new TemplateError(`${logicalId} has no attribute ${attribute} on this machine.`);
      }
      return value;
    },
    condition(name) {
      throw new TemplateError(`The template uses the condition ${name}; none are known here.`);
    },
  };
}

function section(assembly: Assembly, name: string): readonly (readonly [string, unknown])[] {
  const value = assembly.template[name];
  return isFields(value) ? Object.entries(value) : [];
}
