import { join } from 'node:path';
import { ENV, NOT_SET_UP } from '../names.ts';

/** The only reader of process.env. Each handler asks for what it needs, once, when it is loaded. */

/** A function that was deployed without something it needs. */
export class EnvironmentError extends Error {
  override readonly name = NOT_SET_UP;
}

type Name = keyof typeof ENV;

/** @throws EnvironmentError naming every variable that is missing or empty. */
export function readEnvironment<const Names extends readonly Name[]>(
  ...names: Names
): { readonly [N in Names[number]]: string } {
  const missing = names.filter((name) => !process.env[ENV[name]]);
  if (missing.length > 0) {
    const variables = missing.map((name) => ENV[name]).join(', ');
    throw new EnvironmentError(`Environment variables are missing or empty: ${variables}.`);
  }
  const entries = names.map((name) => [name, process.env[ENV[name]] ?? '']);
  return Object.fromEntries(entries);
}

/** @throws EnvironmentError when the variable is no whole number of days. */
export function retentionDaysOf(text: string): number {
  return daysOf(text, 'retentionDays');
}

/** @throws EnvironmentError when the variable is no whole number of days. */
export function daysOf(
  text: string,
  name: 'retentionDays' | 'pendingSuggestionDays' | 'unusedSnapshotDays',
): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) {
    throw new EnvironmentError(`${ENV[name]} is not a whole number of days.`);
  }
  return days;
}

/** Path of the file that maps budgets to servers; undefined where all budgets are on one. */
export function budgetMapFile(): string | undefined {
  return fileOfAsset(process.env[ENV.budgetMap]);
}

/** Path of the file that says what callers may do; undefined where whoever gets in may do everything. */
export function accessFile(): string | undefined {
  return fileOfAsset(process.env[ENV.access]);
}

/** Path of the file that names the schedules of budgets; undefined where there are none. */
export function schedulesFile(): string | undefined {
  return fileOfAsset(process.env[ENV.schedules]);
}

function fileOfAsset(name: string | undefined): string | undefined {
  return name ? join(process.env.LAMBDA_TASK_ROOT ?? '', name) : undefined;
}

/** Id of the secret with the language model's key; undefined where it takes none. */
export function modelSecretId(): string | undefined {
  return process.env[ENV.modelSecret] || undefined;
}

/** What it takes to sign a request without an SDK client, in the variables that every Lambda function has. */
export interface RequestSigning {
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Of S3, where it is not AWS's own: the variable that every SDK reads. */
  readonly endpoint?: string;
}

export function readRequestSigning(): RequestSigning {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_S3: endpoint } = process.env;
  return { region, credentials: credentials(), ...(endpoint ? { endpoint } : {}) };
}

/** The same for Amazon Bedrock. */
export function readModelSigning() {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint } = process.env;
  return { region, credentials, endpoint: endpoint || undefined };
}

function credentials(): RequestSigning['credentials'] {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
