import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type {
  FunctionInvoker,
  InvocationResult,
  RunningPart,
} from '../../local/runtime/contract.ts';
import type { FunctionSpec } from '../../local/runtime/functions/spec.ts';
import type { Taken } from './environment.ts';

/** One run of a function, in the order in which they were made. */
export interface Run {
  readonly functionName: string;
  /** Loading the handler, in the process that ran it. */
  readonly loading: Taken;
  readonly invocation: Taken;
  /** Which one of its environment it was, from 1. */
  readonly turn: number;
  /** What it asked of AWS, by operation, as the function logs it. */
  readonly calls: Readonly<Record<string, number>>;
}

/**
 * What Lambda's Node gets beside its program: its share of the memory for long-lived objects and for young ones, as the
 * bootstrap of its image says (copied into https://github.com/lambci/docker-lambda).
 */
function lambdaFlags(memoryMb: number): readonly string[] {
  return [
    `--max-old-space-size=${Math.floor((memoryMb * 90) / 100)}`,
    `--max-semi-space-size=${Math.floor((memoryMb * 5) / 100)}`,
    '--expose-gc',
  ];
}

/**
 * Runs functions as the local stack does, each in a process with the environment of its template, and with Lambda's
 * limits; and takes down what each run took.
 */
export class MeasuredEnvironments implements FunctionInvoker, RunningPart {
  readonly runs: Run[] = [];
  private readonly specs: ReadonlyMap<string, FunctionSpec>;
  private readonly scratch: string;
  private readonly open = new Map<string, Environment>();

  constructor(specs: readonly FunctionSpec[], scratch: string) {
    this.specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.scratch = scratch;
  }

  async invoke(functionNameOrArn: string, payload: unknown): Promise<InvocationResult> {
    const name = /:function:([^:]+)/.exec(functionNameOrArn)?.[1] ?? functionNameOrArn;
    const spec = this.specs.get(name);
    if (spec === undefined) throw new Error(`The stack has no function ${name}`);
    const environment = this.open.get(name) ?? new Environment(spec, this.scratch);
    this.open.set(name, environment);
    const { result, ...run } = await environment.invoke(JSON.stringify(payload));
    this.runs.push({ functionName: name, ...run });
    return result;
  }

  /** Ends all environments: the next run of each function loads it anew. */
  async close(): Promise<void> {
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.all(all.map((environment) => environment.close()));
  }
}

/** The last line of an invocation. */
const Used = z.object({ used: z.object({ calls: z.record(z.string(), z.number()) }) });

type Message =
  | { readonly kind: 'ready'; readonly taken: Taken }
  | { readonly kind: 'success'; readonly answer: unknown; readonly taken: Taken }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly taken: Taken;
    };

class Environment {
  private readonly spec: FunctionSpec;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly ready: Promise<Message>;
  private turn = 0;
  private onUsed: (calls: Run['calls']) => void = () => {};

  constructor(spec: FunctionSpec, scratch: string) {
    this.spec = spec;
    this.folder = join(scratch, randomUUID());
    mkdirSync(this.folder, { recursive: true });
    const [file = '', exportName = ''] = spec.handler.split('.');
    this.child = fork(
      join(import.meta.dirname, 'environment.ts'),
      [pathToFileURL(join(spec.folder, `${file}.cjs`)).href, exportName],
      {
        env: { ...spec.environment, TMPDIR: this.folder, TZ: 'UTC' },
        execArgv: [...lambdaFlags(spec.memoryMb), '--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const used = Used.safeParse(jsonOf(line));
        if (used.success) this.onUsed(used.data.used.calls);
      });
    }
    this.ready = this.next();
  }

  async invoke(payload: string) {
    const { taken: loading } = await this.ready;
    const { arn, timeoutSeconds } = this.spec;
    const answered = this.next();
    const used = new Promise<Run['calls']>((resolve) => {
      this.onUsed = resolve;
    });
    const deadline = Date.now() + timeoutSeconds * 1000;
    this.child.send({ requestId: randomUUID(), arn, payload, deadline });
    const [message, calls] = await Promise.all([answered, used]);
    this.turn += 1;
    const { taken: invocation } = message;
    return { loading, invocation, calls, turn: this.turn, result: resultOf(message) };
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async next(): Promise<Message> {
    const heard = new AbortController();
    const { signal } = heard;
    try {
      const died = once(this.child, 'exit', { signal }).then(() => {
        throw new Error(`${this.spec.name} ended`);
      });
      const [message] = await Promise.race([once(this.child, 'message', { signal }), died]);
      return message;
    } finally {
      heard.abort();
    }
  }
}

function resultOf(message: Message): InvocationResult {
  if (message.kind === 'error') {
    return { kind: 'error', error: { errorType: message.name, errorMessage: message.message } };
  }
  return { kind: 'success', payload: message.kind === 'success' ? message.answer : null };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
