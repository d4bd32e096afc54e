import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of each half of the young generation: what Node gives it by itself. */
const HALF_MB = 16;
const MB = 2 ** 20;
/** Two or three are enough, unless V8 was told to stay smaller. */
const MOST_COLLECTIONS = 6;

let collect: NodeJS.GCFunction | undefined;

/**
 * Keeps V8's young generation, in this process and from now on, as large as Node makes it by itself. Lambda's bootstrap lets it
 * grow to three times 5 % of the function's memory, V8 never gives back what it once had, and so each budget that an
 * environment opens would take more than the one before it. To be called before the work of each invocation: V8 shrinks it
 * where a process does little for a while.
 */
export function keepYoungGenerationSmall(): void {
  if (youngMb() < 2 * HALF_MB) growYoung();
  // Read whenever it would grow; its largest size is read when V8 starts, and the bootstrap's argument goes before NODE_OPTIONS.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** It grows when more has outlived collections than it has room for. */
function growYoung(): void {
  collect ??= collector();
  for (let turn = 0; turn < MOST_COLLECTIONS && youngMb() < 2 * HALF_MB; turn += 1) {
    const young = youngMb();
    // Only one of the halves may be there yet.
    const factor = Math.max(2, Math.floor(HALF_MB / young));
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
    const outliving = piecesOf(young / 2);
    collect({ type: 'minor', execution: 'sync' });
    outliving.length = 0;
  }
}

/** So much memory in pieces that are young. */
function piecesOf(megabytes: number): unknown[] {
  return Array.from({ length: megabytes * 128 }, () => new Array(1000).fill(0));
}

/** Both halves. */
function youngMb(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return (young?.space_size ?? 0) / MB;
}

/** V8 hands its function to contexts that are made after it was told to, whatever Node was started with. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  const exposed: NodeJS.GCFunction = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return exposed;
}
