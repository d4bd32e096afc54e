import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { environmentOf } from '../loading.ts';
import { API_FUNCTIONS } from './functions.ts';

/** What the functions do to answer a request: how often they ask the table, and how long they compute themselves. */

const Answerings = z.array(
  z.strictObject({
    name: z.string(),
    what: z.string(),
    kind: z.enum(['one', 'more']),
    /** Of the table. */
    calls: z.int(),
    /** Of Step Functions. */
    executions: z.int(),
    /** Of each round, in milliseconds, all without the SDK's work; where it was measured. */
    own: z
      .strictObject({ medians: z.array(z.number()), p99s: z.array(z.number()) })
      .exactOptional(),
  }),
);
export type Answering = z.infer<typeof Answerings>[number];

const FOLDER = join(import.meta.dirname, '../../.bench/api');
const BUDGET = '0190b1d4-7c1a-7000-8000-0000000000b1';
/** Who the requests are from, as the gateway tells it in `test/handlers/recorded`. */
const PRINCIPAL = 'arn:aws:iam::444455556666:role/Household';

/**
 * Answers every request in a process of its own.
 *
 * @param stack.restricted whether its configuration names callers and budgets, so that each request is looked at for them.
 * @param stack.measured whether the work is measured, beside the calls.
 */
export function answers(stack: {
  readonly restricted: boolean;
  readonly measured: boolean;
}): Promise<readonly Answering[]> {
  const child = fork(join(import.meta.dirname, 'answering.ts'), {
    env: {
      ...Object.assign({}, ...API_FUNCTIONS.map(environmentOf)),
      ...(stack.restricted ? restriction() : {}),
      ...(stack.measured ? { MEASURED: 'yes' } : {}),
      BUDGET,
      TZ: 'UTC',
    },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // The functions write their logs, to where nobody has to be woken up to read them.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const errors: Buffer[] = [];
  child.stderr?.on('data', (bytes: Buffer) => errors.push(bytes));
  return new Promise((resolve, reject) => {
    let found: unknown;
    child.once('message', (message) => {
      found = message;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Answerings.parse(found));
      else reject(new Error(`The requests were not answered:\n${Buffer.concat(errors)}`));
    });
  });
}

/** The files of a configuration that names one caller and one budget (infra/access.ts, infra/servers.ts). */
function restriction(): Readonly<Record<string, string>> {
  mkdirSync(FOLDER, { recursive: true });
  const rules = { kind: 'iam', callers: [{ principal: PRINCIPAL, budgets: [BUDGET] }] };
  writeFileSync(join(FOLDER, 'access.json'), JSON.stringify(rules));
  writeFileSync(join(FOLDER, 'budgets.json'), JSON.stringify({ home: [BUDGET] }));
  return { LAMBDA_TASK_ROOT: FOLDER, ACCESS: 'access.json', BUDGET_MAP: 'budgets.json' };
}
