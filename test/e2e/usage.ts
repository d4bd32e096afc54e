import * as z from 'zod';
import type { Installation } from './installation.ts';

/** What a job asked of AWS, read off the functions' own logs and the list of executions. */
export interface Usage {
  readonly invocations: number;
  /** As Step Functions counts them at most. */
  readonly stateTransitions: number;
  readonly tableCalls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly bucketCalls: number;
  readonly secretCalls: number;
}

/** The same in more detail. */
export interface DetailedUsage extends Usage {
  /** By the name of the function, each invocation by itself. */
  readonly byFunction: ReadonlyMap<string, readonly Calls[]>;
  /** Types of the states that the execution entered, in that order. */
  readonly stateTypes: readonly string[];
  /** Bytes that the functions printed. */
  readonly logBytes: number;
}

/** How often each operation was called. */
export type Calls = Readonly<Record<string, number>>;

const Line = z.looseObject({
  requestId: z.string(),
  message: z.string().optional(),
  budgetId: z.string().optional(),
  jobId: z.string().optional(),
  route: z.string().optional(),
  execution: z.string().optional(),
  look: z.object({ kind: z.string() }).optional(),
  used: z
    .object({
      calls: z.record(z.string(), z.number()),
      readUnits: z.number(),
      writeUnits: z.number(),
    })
    .optional(),
});

interface Line extends z.infer<typeof Line> {
  readonly functionName: string;
  readonly bytes: number;
}

const OF_BUCKET = /^(Get|Head|Put|Delete)Object$/;
export const OF_SECRETS = /SecretValue$/;
export const OF_TABLE =
  /^(Query|TransactWrite|Get|Put|Update|Delete|BatchGet|BatchWrite)(Items?)?$/;

/**
 * "Step Functions counts a state transition each time a step of your workflow is executed"; the example on the page counts
 * the start and the end of an execution too. https://aws.amazon.com/step-functions/pricing/
 */
const START_AND_END = 2;

/** Comes by itself, whatever jobs there are. */
const SWEEP = /Sweep/;

/** Reads the usage of jobs that run one after the other, with nothing beside them. */
export class UsageReader {
  private readonly product: Installation;
  private seen: ReadonlySet<string> = new Set();

  constructor(product: Installation) {
    this.product = product;
  }

  /** Leaves out what was used so far. */
  async begin(): Promise<void> {
    this.seen = new Set((await this.lines()).map(({ requestId }) => requestId));
  }

  /**
   * @returns what was used since `begin`, but for questions after the job; undefined while something of the job is under way
   * still: the look at its budget that finds nothing more to do, the one at how its execution ended, or the event of its end.
   */
  async usageOf(jobId: string): Promise<DetailedUsage | undefined> {
    const all = (await this.lines()).filter(
      ({ requestId, functionName }) => !this.seen.has(requestId) && !SWEEP.test(functionName),
    );
    const questions = new Set(
      all.filter(({ route }) => route?.startsWith('GET')).map(({ requestId }) => requestId),
    );
    const lines = all.filter(({ requestId }) => !questions.has(requestId));
    const ended = lines.some(({ execution, used }) => execution === jobId && used !== undefined);
    const idle = lines.findLast(({ look }) => look !== undefined);
    const looked = lines.some(
      ({ requestId, used }) => requestId === idle?.requestId && used !== undefined,
    );
    const told = lines.find(({ message, jobId: id }) => message === 'announced' && id === jobId);
    const announced = lines.some(
      ({ requestId, used }) => requestId === told?.requestId && used !== undefined,
    );
    if (!ended || !looked || !announced || idle?.look?.kind !== 'idle') return undefined;

    const uses = lines.flatMap(({ functionName, used }) =>
      used === undefined ? [] : [{ functionName, ...used }],
    );
    const groups = Map.groupBy(uses, ({ functionName }) => functionName);
    const total = uses.map(({ calls }) => calls);
    const stateTypes = this.statesOf(jobId);
    return {
      invocations: uses.length,
      stateTransitions: stateTypes.length + START_AND_END,
      tableCalls: countOf(total, OF_TABLE),
      readUnits: uses.reduce((sum, { readUnits }) => sum + readUnits, 0),
      writeUnits: uses.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
      bucketCalls: countOf(total, OF_BUCKET),
      secretCalls: countOf(total, OF_SECRETS),
      byFunction: new Map(
        [...groups].map(([name, group]) => [name, group.map(({ calls }) => calls)]),
      ),
      stateTypes,
      logBytes: lines.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  private statesOf(jobId: string): readonly string[] {
    const { executions, stack } = this.product.stack;
    const found = executions
      .list(String(stack.outputs.StateMachineArn))
      .find(({ name }) => name === jobId);
    const history = found?.history ?? [];
    return history.flatMap(({ type, state }) => (type === 'StateEntered' ? [state.type] : []));
  }

  /** Those of each function in the order in which they were written. */
  private async lines(): Promise<readonly Line[]> {
    return [...(await this.product.logsByFunction())].flatMap(([functionName, text]) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .flatMap((line) => {
          const read = Line.safeParse(JSON.parse(line)).data;
          const bytes = Buffer.byteLength(line) + 1;
          return read === undefined ? [] : [{ ...read, functionName, bytes }];
        }),
    );
  }
}

/** How often operations of this kind were called. */
export function countOf(calls: readonly Calls[], operations: RegExp): number {
  return calls
    .flatMap((one) => Object.entries(one))
    .filter(([operation]) => operations.test(operation))
    .reduce((sum, [, count]) => sum + count, 0);
}
