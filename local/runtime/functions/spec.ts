import { devNull } from 'node:os';
import { resolve } from 'node:path';
import {
  LOCAL_REGION,
  type LocalCredentials,
  type ResolvedStack,
  type Resource,
} from '../contract.ts';
import { fieldsOf } from '../fields.ts';
import { sessionTokenOf } from '../rights/guard.ts';

/** A function of the template as this machine runs it. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  readonly folder: string;
  /** `file.export` */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Calls at the same time, above which the function is throttled; undefined where the template sets none. */
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SpecOptions {
  readonly assetFolder: (objectKey: string) => string;
  readonly credentials: LocalCredentials;
  /** `AWS_ENDPOINT_URL_…` of the services on this machine. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** Lambda's own defaults, where the template says nothing. */
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

/** All functions of a stack. */
export function functionSpecs(
  { resources }: ResolvedStack,
  options: SpecOptions,
): readonly FunctionSpec[] {
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map((resource) => functionSpec(resource, options));
}

/**
 * The environment holds what the template gives and what Lambda adds: nothing of the user's own shell, nor of the files in
 * the user's home folder, which the SDK finds without any variable.
 */
export function functionSpec(resource: Resource, options: SpecOptions): FunctionSpec {
  const { properties, physicalId: name, arn } = resource;
  const memoryMb = Number(properties.MemorySize ?? DEFAULT_MEMORY_MB);
  const folder = options.assetFolder(String(fieldsOf(properties.Code).S3Key));
  return {
    name,
    arn,
    folder,
    handler: String(properties.Handler),
    memoryMb,
    timeoutSeconds: Number(properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS),
    reservedConcurrency:
      properties.ReservedConcurrentExecutions === undefined
        ? undefined
        : Number(properties.ReservedConcurrentExecutions),
    environment: {
      ...texts(fieldsOf(properties.Environment).Variables),
      ...options.endpoints,
      AWS_REGION: LOCAL_REGION,
      AWS_DEFAULT_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: sessionTokenOf(name),
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      LAMBDA_TASK_ROOT: resolve(folder),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    },
  };
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).map(([key, text]) => [key, String(text)]),
  );
}
