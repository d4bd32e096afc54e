import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { HANDLERS, type HandlerKey, type HandlerSpec } from '../infra/handlers.ts';

/** How long a function takes to load: from the start of a Node process of its own to the handler being there. */

export interface LoadOptions {
  /** Absolute path of the module that exports `handler`. */
  readonly file: string;
  /** All of the process's environment; `environmentOf` has what a function reads. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of Node's compile cache; without it there is none. It is filled by the first load that finds it empty. */
  readonly compileCache?: string | undefined;
  /** As for `node`, such as `--max-old-space-size=512`. */
  readonly execArgv?: readonly string[];
}

export interface Load {
  /** From the process being asked for to the handler being there, as its parent sees it. */
  readonly milliseconds: number;
  /** Of the processor, in user and system mode, on all threads. */
  readonly cpuMilliseconds: number;
  /** The largest resident set so far. */
  readonly peakMemoryMb: number;
}

/** @throws Error with what the process printed when there is no handler in the end. */
export function load(options: LoadOptions): Promise<Load> {
  const { file, environment = {}, compileCache, execArgv = [] } = options;
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(
      process.execPath,
      [
        ...execArgv,
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'loaded.cjs'),
        file,
      ],
      {
        env: {
          TZ: 'UTC',
          ...environment,
          ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const said: Buffer[] = [];
    let ended = Number.NaN;
    let measured = '';
    child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
    child.stdout.on('data', (bytes: Buffer) => {
      if (Number.isNaN(ended)) ended = performance.now();
      measured += bytes.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) {
        reject(new Error(`${file} was not loaded:\n${measured}${Buffer.concat(said)}`));
        return;
      }
      const [cpuMilliseconds = Number.NaN, peakMemoryMb = Number.NaN] = measured
        .trim()
        .split(' ')
        .map(Number);
      resolve({ milliseconds: ended - begun, cpuMilliseconds, peakMemoryMb });
    });
  });
}

const EXAMPLE_ID = '0190b1d4-7c1a-7000-8000-000000000001';

/** Values for the variables that a function cannot do without, in the form that each has. */
const VALUES: Readonly<Partial<Record<HandlerSpec['environment'][number], string>>> = {
  TABLE_NAME: 'jobs',
  BUCKET_NAME: 'snapshots',
  STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:123456789012:stateMachine:JobWorkflow',
  SERVER_SECRETS: `{"default":{"actual":"${EXAMPLE_ID}","session":"${EXAMPLE_ID}"}}`,
  RETENTION_DAYS: '30',
  PENDING_SUGGESTION_DAYS: '90',
  UNUSED_SNAPSHOT_DAYS: '90',
  METRICS_NAMESPACE: 'ActualJobs',
};

/** The environment of a function in a stack without options: what it reads of the stack, and what Lambda gives. */
export function environmentOf(key: HandlerKey): Readonly<Record<string, string>> {
  const { name, memoryMb, environment }: HandlerSpec = HANDLERS[key];
  const read = environment.flatMap((variable) => {
    const value = VALUES[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    ...Object.fromEntries(read),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  };
}
