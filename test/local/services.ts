import type { ResolvedStack, Resource } from '../../local/runtime/contract.ts';
import { CREDENTIALS } from '../e2e/installation.ts';

/** What the tests of the local services have in common: a stack of the resources at hand, and the SDK's settings. */

export const resource = (
  type: string,
  logicalId: string,
  properties: Record<string, unknown> = {},
): Resource => ({
  type,
  logicalId,
  physicalId: logicalId.toLowerCase(),
  arn: `arn:${logicalId}`,
  properties,
});

export const stackOf = (...resources: readonly Resource[]): ResolvedStack => ({
  stacks: new Map(),
  outputs: {},
  resources,
});

export const config = (endpoint: string, credentials = CREDENTIALS) => ({
  endpoint,
  credentials,
  region: 'us-east-1',
  maxAttempts: 1,
});
