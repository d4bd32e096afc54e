import type { ResolvedStack, Resource } from '../../../local/runtime/contract.ts';

/** A stack of a few resources, and credentials for its services: what the local services want to know. */
export const CREDENTIALS = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-test' };

export function stackOf(...resources: readonly Resource[]): ResolvedStack {
  return { resources, outputs: {}, stacks: new Map() };
}

export function resource(
  type: string,
  name: string,
  properties: Readonly<Record<string, unknown>> = {},
): Resource {
  return { type, logicalId: name, physicalId: name, arn: `arn:aws:test:::${name}`, properties };
}
