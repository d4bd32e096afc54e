import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import aws4 from 'aws4';
import * as z from 'zod';
import { type RunningStack, runStack, type StackOptions } from '../../local/runtime/stack.ts';
import { PASSWORD } from '../actual/actual-server.ts';

/** The synthesized product running on this machine, as a test sees it. */
export interface Installation {
  readonly stack: RunningStack;
  readonly data: string;
  /** What the functions put on the event bus, in that order. */
  readonly events: readonly JobEnded[];
  call(method: string, path: string, request?: CallOptions): Promise<Answer>;
  /** Creates a job and waits until it has ended. */
  run(type: string, budgetId: string, options?: Record<string, unknown>): Promise<Ended>;
  ended(jobId: string): Promise<Ended>;
  /** Everything that the functions printed so far. */
  logs(): Promise<string>;
  /** The same by the function's name. */
  logsByFunction(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** The event of a job that ended, as a listener gets it. */
const JobEnded = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.looseObject({ jobId: z.string(), status: z.string() }),
});
export type JobEnded = z.infer<typeof JobEnded>;

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what shape it wants
  readonly body: any;
}

export interface Ended {
  readonly job: {
    readonly id: string;
    readonly status: string;
    readonly failureCode: string | null;
    readonly failureReason: string | null;
    readonly failureRetryable: boolean | null;
    readonly failureNextAction: string | null;
    readonly startedAt: string | null;
    readonly completedAt: string | null;
    readonly parentJobId: string | null;
    readonly metadata: {
      readonly trigger: string;
      readonly requestedBy?: string;
      readonly counts?: Readonly<Record<string, number>>;
      readonly warnings?: readonly { readonly code: string; readonly count?: number }[];
    };
  };
  readonly steps: readonly { readonly stepType: string; readonly status: string }[];
}

export const CREDENTIALS = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'test-secret-key' };

export async function install(options: {
  readonly assembly: string;
  /** Address of the one server, of a stack without a map. */
  readonly serverUrl?: string;
  readonly password?: string;
  /** Values of further secrets, by the name of the output that gives the secret's id. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** A data folder of an installation before this one. */
  readonly data?: string;
  /** Who may sign calls, beside the holder of `CREDENTIALS`. */
  readonly callers?: StackOptions['callers'];
  /** Milliseconds before Lambda tries an event a second and a third time. */
  readonly eventPauses?: readonly number[];
  readonly onActivity?: StackOptions['onActivity'];
  readonly onInvocation?: StackOptions['onInvocation'];
  readonly onTableCall?: StackOptions['onTableCall'];
}): Promise<Installation> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'installation-')));
  const { serverUrl, password = PASSWORD } = options;
  const only =
    serverUrl === undefined ? {} : { ActualSecretId: JSON.stringify({ serverUrl, password }) };
  const events: JobEnded[] = [];
  const stack = await runStack({
    onEvent: (event) => events.push(JobEnded.parse(event)),
    assembly: options.assembly,
    data,
    port: 0,
    credentials: CREDENTIALS,
    secrets: { ...only, ...options.secrets },
    ...(options.callers === undefined ? {} : { callers: options.callers }),
    ...(options.eventPauses === undefined ? {} : { eventPauses: options.eventPauses }),
    onActivity: options.onActivity,
    onInvocation: options.onInvocation,
    onTableCall: options.onTableCall,
  });
  const call: Installation['call'] = (method, path, request) =>
    signedCall(stack.url, method, path, request);
  const ended = async (jobId: string): Promise<Ended> => {
    for (;;) {
      const { status, body } = await call('GET', `/jobs/${jobId}?wait=20`);
      // API Gateway waits for 30 seconds; when the functions of fifty calls start at once on a busy machine that is too short.
      if (status === 503) continue;
      if (status !== 200) throw new Error(`It answered ${status}: ${JSON.stringify(body)}`);
      if (!['queued', 'running'].includes(body.job.status)) return body;
    }
  };
  return {
    stack,
    data,
    events,
    call,
    ended,
    async run(type, budgetId, more) {
      const { body } = await call('POST', '/jobs', { body: { type, budgetId, ...more } });
      return ended(body.job.id);
    },
    async logs() {
      return [...(await logsIn(data)).values()].join('');
    },
    logsByFunction: () => logsIn(data),
    async close() {
      await stack.close();
      await rm(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function logsIn(data: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(data, 'logs');
  const files = await readdir(folder);
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(folder, file), 'utf8');
        return [file.replace(/\.log$/, ''), text] as const;
      }),
    ),
  );
}

/** Delivers a scheduled time as EventBridge Scheduler does. @returns what the schedule function made of it. */
export async function deliverScheduledTime(
  { stack }: Installation,
  time: {
    readonly schedule: string;
    readonly budgetId: string;
    /** ISO 8601. */
    readonly scheduledTime: string;
  },
): Promise<{ readonly kind: string; readonly jobId: string }> {
  const name = stack.functions.namesOf().find((one) => one.includes('ScheduleFunction'));
  const event = { ...time, scheduleArn: `arn:aws:scheduler:::schedule/default/${time.schedule}` };
  const result = await stack.functions.invoke(String(name), event);
  if (result.kind !== 'success') throw new Error(`It failed: ${JSON.stringify(result)}`);
  return z.object({ kind: z.string(), jobId: z.string() }).parse(result.payload);
}

export async function signedCall(
  url: string,
  method: string,
  path: string,
  { body, headers }: CallOptions = {},
  credentials = CREDENTIALS,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const signed = aws4.sign(
    {
      method,
      path,
      host: new URL(url).host,
      service: 'execute-api',
      region: 'us-east-1',
      headers: { 'content-type': 'application/json', ...headers },
      ...(text === undefined ? {} : { body: text }),
    },
    credentials,
  );
  const answer = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: new Headers(Object.entries(signed.headers ?? {}).map(([k, v]) => [k, String(v)])),
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answered || 'null') };
}
