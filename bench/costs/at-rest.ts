import type { ResolvedStack } from '../../local/runtime/contract.ts';
import { logBytesAround } from './paper.ts';
import type { Quantities } from './prices.ts';

/** What the stack costs when nobody wants anything of it, a month of 30 days. */

const SWEEPS_A_MONTH = (30 * 24 * 60) / 5;
const BYTES_OF_A_GB = 1e9;

/** One sweep that finds nothing to do. */
export interface Sweep {
  readonly gbSeconds: number;
  readonly readUnits: number;
  /** Bytes that it prints. */
  readonly logBytes: number;
}

/** What is kept, in bytes. */
export interface Kept {
  readonly table: number;
  readonly bucket: number;
}

/** @param stack as it is synthesized: what is in it is counted. */
export function quantitiesAtRest(stack: ResolvedStack, sweep: Sweep, kept: Kept): Quantities {
  const count = (type: string) =>
    stack.resources.filter((resource) => resource.type === type).length;
  const around = logBytesAround({ invocations: 1, apiCalls: 0, stateTypes: [] });
  const logBytes = SWEEPS_A_MONTH * (sweep.logBytes + around);
  return {
    invocation: SWEEPS_A_MONTH,
    functionTime: SWEEPS_A_MONTH * sweep.gbSeconds,
    readUnit: SWEEPS_A_MONTH * sweep.readUnits,
    tableStorage: kept.table / BYTES_OF_A_GB,
    tableBackup: kept.table / BYTES_OF_A_GB,
    bucketStorage: kept.bucket / BYTES_OF_A_GB,
    secret: count('AWS::SecretsManager::Secret'),
    logs: logBytes / BYTES_OF_A_GB,
    alarm: count('AWS::CloudWatch::Alarm'),
    dashboard: count('AWS::CloudWatch::Dashboard'),
    trace: SWEEPS_A_MONTH,
    // At most: a role that calls every five minutes need not be asked for each time.
    keyCall: SWEEPS_A_MONTH,
  };
}
