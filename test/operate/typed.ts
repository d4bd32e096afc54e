import { openClient } from '../../client/client.ts';
import type { Ports } from '../../operate/commands.ts';
import { run } from '../../operate/jobs-commands.ts';
import { parseJobsOptions } from '../../operate/jobs-options.ts';
import { uuid } from '../domain/builders.ts';

/** A command line of `npm run jobs`, before an API that answers as a test says. */

export const BUDGET = uuid(0xb1);
export const JOB = uuid(0x10b);

/** A call, as it comes to the API. */
export interface Asked {
  readonly what: string;
  /** Its `Idempotency-Key`. */
  readonly key: string | null;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers a call by its body, or by a status. */
export type Answering = (asked: Asked) => object | number;

export async function typed(line: string, answer: Answering) {
  const options = parseJobsOptions(line.split(' '), '/');
  if (options === undefined) throw new Error('It asks for help');
  const asked: Asked[] = [];
  const notes: string[] = [];
  const api = openClient('http://127.0.0.1', async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const call = {
      what: `${request.method} ${pathname}`,
      key: request.headers.get('idempotency-key'),
      query: Object.fromEntries(searchParams),
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(call);
    const answered = answer(call);
    return typeof answered === 'number'
      ? Response.json({ message: 'No' }, { status: answered })
      : Response.json(answered);
  });
  const note = (text: string) => notes.push(text);
  const ports: Ports = { api, budget: () => BUDGET, width: 140, note };
  const outcome = await run(options.command, ports).catch((error: unknown) => error);
  return { asked, notes, outcome };
}

export const job = (status: string) => ({
  job: {
    id: JOB,
    type: 'suggestions_apply',
    status,
    createdAt: '2026-01-31T12:00:00.000Z',
    startedAt: null,
    completedAt: null,
    parentJobId: null,
    failureCode: null,
    failureReason: null,
    executionUrl: null,
    metadata: { trigger: 'api' },
  },
  steps: [],
});
