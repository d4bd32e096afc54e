import type { Took } from '../../local/runtime/contract.ts';
import type { Calls } from '../../test/e2e/usage.ts';

/** What cannot be measured on this machine: how AWS would run what was measured, and what it adds. */

/** With so much memory a function has one processor, with less of it so much less. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_OF_ONE_PROCESSOR = 1769;

const MB_OF_A_GB = 1024;

/**
 * How long a call waits for a service, in milliseconds, where here it waits for another process. DynamoDB says single-digit
 * milliseconds for an item, S3 100 to 200 for small objects
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html); of the others nothing is published,
 * and theirs are guesses on the high side.
 */
const LATENCY_MS: readonly (readonly [operation: RegExp, milliseconds: number])[] = [
  [/^TransactWriteItems$/, 20],
  [/^(Query|GetItem|BatchGetItem)$/, 10],
  [/^(Get|Head|Put|Delete)Object$/, 100],
  [/SecretValue$/, 30],
  [/Execution$/, 50],
  [/^PutEvents$/, 50],
];
const OTHER_MS = 50;

/** Whoever reads the server's secret talks with the Actual server. */
const TALKS_WITH_SERVER = /SecretValue$/;

/**
 * GB-seconds that Lambda would bill for an invocation: its own time, and its waiting. Where it waits for the Actual server it
 * waits as long as here; where it waits for services of this machine, that is replaced by what those of AWS take.
 */
export function billedFor(took: Took, calls: Calls, memoryMb: number): number {
  const operations = Object.keys(calls);
  const waited = operations.some((operation) => TALKS_WITH_SERVER.test(operation))
    ? Math.max(0, took.milliseconds - took.processorMilliseconds)
    : 0;
  const computed = took.processorMilliseconds * Math.max(1, MB_OF_ONE_PROCESSOR / memoryMb);
  const called = Object.entries(calls).reduce(
    (sum, [operation, count]) => sum + count * latencyOf(operation),
    0,
  );
  return gbSeconds(waited + computed + called, memoryMb);
}

/**
 * GB-seconds for the start of an environment, which is billed since August 2025. It has a whole processor, whatever the
 * memory: not documented, but measured by others
 * (https://bitesizedserverless.com/bite/when-is-the-lambda-init-phase-free-and-when-is-it-billed/).
 */
export function billedForStart(took: Took, memoryMb: number): number {
  return gbSeconds(took.milliseconds, memoryMb);
}

/** Milliseconds are billed in whole. */
function gbSeconds(milliseconds: number, memoryMb: number): number {
  return (Math.ceil(milliseconds) / 1000) * (memoryMb / MB_OF_A_GB);
}

function latencyOf(operation: string): number {
  return LATENCY_MS.find(([pattern]) => pattern.test(operation))?.[1] ?? OTHER_MS;
}

/** Bytes of the lines START, END and REPORT that Lambda itself logs of an invocation, with its trace. */
const LAMBDA_LINES_BYTES = 66 + 52 + 250;
/** Bytes, about, of the line that API Gateway logs of a call, as infra/api.ts has it written. */
const API_LINE_BYTES = 400;
/** Bytes of an event of an execution as Step Functions logs it, without data. */
const EXECUTION_EVENT_BYTES = 380;
/** A task is entered, scheduled, started, has succeeded and is exited; any other state is entered and exited. */
const EVENTS_OF_A_TASK = 5;
const EVENTS_OF_ANOTHER_STATE = 2;
/** An execution starts and ends. */
const EVENTS_OF_AN_EXECUTION = 2;

/** Bytes of logs beside what the functions print. */
export function logBytesAround(job: {
  readonly invocations: number;
  readonly apiCalls: number;
  /** None where there is no execution. */
  readonly stateTypes: readonly string[];
}): number {
  const { stateTypes } = job;
  const events = stateTypes.reduce(
    (sum, type) => sum + (type === 'Task' ? EVENTS_OF_A_TASK : EVENTS_OF_ANOTHER_STATE),
    stateTypes.length === 0 ? 0 : EVENTS_OF_AN_EXECUTION,
  );
  return (
    job.invocations * LAMBDA_LINES_BYTES +
    job.apiCalls * API_LINE_BYTES +
    events * EXECUTION_EVENT_BYTES
  );
}

/** An execution is one trace with the functions of its tasks; every other invocation is one by itself. */
export function tracesOf(invocations: number, stateTypes: readonly string[]): number {
  return 1 + invocations - stateTypes.filter((type) => type === 'Task').length;
}
