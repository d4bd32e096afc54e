import type { Took } from '../../local/runtime/contract.ts';
import { billedFor } from '../costs/paper.ts';
import { priceOf } from '../costs/prices.ts';

/** How long a function takes and what it costs by the memory that it is given: on Lambda the processor comes with it. */

/** What an invocation took here, and what it asked of AWS by operation. */
export interface Measured {
  readonly invocation: Took;
  readonly calls: Readonly<Record<string, number>>;
}

/** In MB; the largest one has the most memory that a new account may ask for. */
export const SIZES: readonly number[] = [
  128, 256, 384, 512, 768, 1024, 1280, 1536, 1769, 2048, 2560, 3008,
];

const MB_OF_A_GB = 1024;

/** Milliseconds that Lambda would bill. */
export function timeOf({ invocation, calls }: Measured, memoryMb: number): number {
  return (billedFor(invocation, calls, memoryMb) * 1000 * MB_OF_A_GB) / memoryMb;
}

/** Dollars for an invocation. */
export function dollarsOf({ invocation, calls }: Measured, memoryMb: number): number {
  return priceOf('functionTime', billedFor(invocation, calls, memoryMb)) + priceOf('invocation', 1);
}

/**
 * The size that serves time and money alike: of those that are large enough, the one with the smallest product of both.
 * What computes is as cheap with much memory as with little, and quicker; what waits is as quick with little, and cheaper.
 */
export function balancedSize(measured: Measured, leastMb: number): number {
  const product = (memoryMb: number) => timeOf(measured, memoryMb) * dollarsOf(measured, memoryMb);
  const enough = SIZES.filter((size) => size >= leastMb);
  const [first] = enough;
  if (first === undefined) throw new RangeError(`No function has ${leastMb} MB`);
  return enough.reduce((best, size) => (product(size) < product(best) ? size : best), first);
}
