/**
 * How long a test waits for what has to happen before it is taken to hang; milliseconds. It decides nothing else: on a
 * machine that is busy with something else everything may take many times as long as it does alone.
 */
export const PATIENCE_MS = 900_000;
