import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { parseDefinition } from './aws/states-language.ts';
import { type Simulated, simulate } from './simulate.ts';

/** Simulates the seeds that it is given, one after the other. */

// Errors are ordinary here, and nobody reads where they were made.
Error.stackTraceLimit = 0;

const definition = parseDefinition(z.string().parse(workerData));
const Batch = z.object({ from: z.number(), to: z.number() });

parentPort?.on('message', async (message: unknown) => {
  const { from, to } = Batch.parse(message);
  const results: Simulated[] = [];
  for (let seed = from; seed < to; seed += 1) results.push(await simulate(seed, definition));
  parentPort?.postMessage(results);
});
