import * as z from 'zod';
import type { Installation } from './installation.ts';

/** What a job asked of AWS, read off the functions' own logs and the list of executions. */
export interface Usage {
  readonly invocations: number;
  readonly stateTransitions: number;
  readonly tableCalls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly bucketCalls: number;
  readonly secretCalls: number;
}

const Line = z.looseObject({
  requestId: z.string(),
  message: z.string(),
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
type Line = z.infer<typeof Line>;

const OF_BUCKET = /^(Get|Put|Delete)Object$/;
const OF_SECRETS = /SecretValue$/;
const OF_TABLE = /^(Query|TransactWrite|Get|Put|Update|Delete|BatchGet|BatchWrite)(Items?)?$/;

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
   * @returns what was used since `begin`, but for questions after the job.
   * @throws while something of the job is under way still: the look at its budget that finds nothing more to do, the
   * one at how its execution ended, or the event of its end.
   */
  async usageOf(jobId: string): Promise<Usage> {
    const lines = (await this.lines()).filter(
      ({ requestId, route }) => !this.seen.has(requestId) && !route?.startsWith('GET'),
    );
    const ended = lines.some(({ execution, used }) => execution === jobId && used !== undefined);
    const idle = lines.findLast(({ look }) => look !== undefined);
    const looked = lines.some(
      ({ requestId, used }) => requestId === idle?.requestId && used !== undefined,
    );
    const told = lines.find(({ message, jobId: id }) => message === 'announced' && id === jobId);
    const announced = lines.some(
      ({ requestId, used }) => requestId === told?.requestId && used !== undefined,
    );
    if (!ended || !looked || !announced || idle?.look?.kind !== 'idle') {
      throw new Error('It is under way still');
    }

    const uses = lines.flatMap(({ used }) => (used === undefined ? [] : [used]));
    const calls = (operations: RegExp) =>
      uses
        .flatMap((use) => Object.entries(use.calls))
        .filter(([operation]) => operations.test(operation))
        .reduce((sum, [, count]) => sum + count, 0);
    return {
      invocations: uses.length,
      stateTransitions: this.statesOf(jobId).length,
      tableCalls: calls(OF_TABLE),
      readUnits: uses.reduce((sum, { readUnits }) => sum + readUnits, 0),
      writeUnits: uses.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
      bucketCalls: calls(OF_BUCKET),
      secretCalls: calls(OF_SECRETS),
    };
  }

  private statesOf(jobId: string): readonly string[] {
    const { executions, stack } = this.product.stack;
    const found = executions
      .list(String(stack.outputs.StateMachineArn))
      .find(({ name }) => name === jobId);
    return found?.states ?? [];
  }

  /** In the order in which they were written. */
  private async lines(): Promise<readonly Line[]> {
    const text = await this.product.logs();
    return text
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line): unknown => JSON.parse(line))
      .flatMap((line) => Line.safeParse(line).data ?? []);
  }
}
