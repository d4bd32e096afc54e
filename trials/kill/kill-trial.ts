import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PASSWORD, startActualServer } from '../../test/actual/actual-server.ts';
import { householdDoes } from '../../test/actual/household.ts';
import { twinOf } from '../../test/actual/twin.ts';
import { synthesized } from '../../test/e2e/assemblies.ts';
import { CREDENTIALS } from '../../test/e2e/installation.ts';
import { aftermathOf, allEnded, type Home } from './aftermath.ts';
import { type Accepted, Callers } from './callers.ts';
import { KillableStack } from './killable-stack.ts';
import { type Kill, plannedKills, plannedOrders } from './plan.ts';
import type { Up } from './stack-process.ts';
import { type Aftermath, faultsOf } from './verdict.ts';

/** The whole stack killed again and again while callers create jobs, on budgets of a real Actual server. */

export interface KillTrial {
  readonly kills: number;
  readonly budgets: number;
  readonly callers: number;
  readonly seed: number;
}

export interface Outcome {
  readonly kills: number;
  readonly killedWhileStarting: number;
  readonly repeatedRequests: number;
  readonly seconds: number;
  readonly aftermath: Aftermath;
  readonly faults: readonly string[];
}

const TRANSACTIONS = 120;

/** @param tell is called with a line about each thing that takes long. */
export async function killTrial(
  { kills, budgets, callers: count, seed }: KillTrial,
  tell: (line: string) => void,
): Promise<Outcome> {
  const started = performance.now();
  const data = await mkdtemp(join(tmpdir(), 'kill-test-'));
  const server = await startActualServer();
  try {
    tell(`Making ${budgets} budgets, and a twin of each …`);
    const home: Home = {
      serverUrl: server.url,
      budgets: await budgetsWithTwins(server.url, budgets),
    };
    const ids = home.budgets.map(({ id }) => id);
    const secret = JSON.stringify({ serverUrl: server.url, password: PASSWORD });
    const stack = new KillableStack({
      assembly: await synthesized(),
      data,
      port: 0,
      credentials: CREDENTIALS,
      secrets: { ActualSecretId: secret },
    });
    const callers = new Callers(stack);
    await stack.start();
    await allEnded(stack, await firstJobs(callers, ids));

    tell(`Killing the stack ${kills} times, seed ${seed} …`);
    const working = Array.from({ length: count }, (_, index) =>
      callers.work(plannedOrders(ids, seed + index)),
    );
    const { starting, up } = await killAll(stack, plannedKills(kills, seed));
    callers.leave();
    await Promise.all(working);
    tell(`Waiting for the end of ${callers.accepted.length} jobs …`);
    await allEnded(stack, callers.accepted);
    const aftermath = await aftermathOf(stack, up, home, callers.accepted);
    await stack.kill();
    return {
      kills,
      killedWhileStarting: starting,
      repeatedRequests: callers.repeated,
      seconds: (performance.now() - started) / 1000,
      aftermath,
      faults: faultsOf(aftermath),
    };
  } finally {
    await server.remove();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function budgetsWithTwins(serverUrl: string, count: number): Promise<Home['budgets']> {
  const budgets: { id: string; twin: string }[] = [];
  while (budgets.length < count) {
    const id = await householdDoes(serverUrl, [
      { do: 'create', transactions: TRANSACTIONS },
      { do: 'reset' },
    ]);
    budgets.push({ id, twin: await twinOf(serverUrl, id) });
  }
  return budgets;
}

/** Something to apply on every budget, and a session that outlives the kills. */
async function firstJobs(
  callers: Callers,
  budgets: readonly string[],
): Promise<readonly Accepted[]> {
  const first = { type: 'sync_and_suggest', choice: 0, pauseMilliseconds: 0 } as const;
  await callers.work(budgets.map((budget) => ({ budget, ...first })));
  return callers.accepted;
}

/** @returns how often the stack was killed before it was up, and where it is in the end. */
async function killAll(
  stack: KillableStack,
  kills: readonly Kill[],
): Promise<{ readonly starting: number; readonly up: Up }> {
  let starting = 0;
  let running: Promise<Up | undefined> | undefined;
  for (const kill of kills) {
    if (kill.while === 'up') await running;
    await setTimeout(kill.afterMilliseconds);
    if (!stack.isUp) starting += 1;
    await stack.kill();
    await running;
    running = stack.start();
  }
  const up = await running;
  if (up === undefined) throw new Error('The stack is down, and nobody killed it.');
  return { starting, up };
}
