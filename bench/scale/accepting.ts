import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { post } from '../../test/handlers/gateway.ts';
import { median, paired, timed } from '../report/ratio.ts';
import { atOnce, bareSender, startRecorder } from './bare.ts';
import type { Call, OneProcess } from './one-process.ts';

/**
 * Jobs accepted by the function of `POST /jobs`, against the very requests that it sends to the table, sent again by
 * nothing but an HTTP client: no more can be accepted than the engine writes.
 */

/** Callers at the same time. */
export const CALLERS = 16;
const JOBS_A_TURN = 150;

const Side = z.object({
  perSecond: z.number(),
  /** Milliseconds of this process, each. */
  cpu: z.number(),
});

export const Accepting = z.object({
  /** The rate of accepted jobs by that of bare transactions. */
  ratio: z.object({
    value: z.number(),
    spread: z.object({ low: z.number(), high: z.number(), runs: z.number() }),
  }),
  accepted: Side,
  bare: Side,
});
export type Accepting = z.infer<typeof Accepting>;

export async function acceptJobs(stack: OneProcess): Promise<Accepting> {
  const budgets = newBudgets(JOBS_A_TURN);
  const recorder = await startRecorder();
  const toRecorder = stack.loaded('CreateJob', { AWS_ENDPOINT_URL_DYNAMODB: recorder.url });
  // The SDK reads the address of a service at the first call.
  await createdIn(toRecorder, randomUUID());
  recorder.take();
  const toTable: Call = (event) => stack.call('CreateJob', event);
  const sender = bareSender(stack.engine);
  const cpu: Readonly<Record<'accepted' | 'bare', number[]>> = { accepted: [], bare: [] };
  try {
    // Rates by each other are times the other way round.
    const { ratio, subject, floor } = await paired({
      subject: async () => {
        await atOnce(budgets, CALLERS, (budgetId) => createdIn(toRecorder, budgetId));
        const requests = recorder.take();
        return timedWith(cpu.bare, () => atOnce(requests, CALLERS, sender.send));
      },
      floor: () =>
        timedWith(cpu.accepted, () =>
          atOnce(budgets, CALLERS, (budgetId) => createdIn(toTable, budgetId)),
        ),
    });
    const side = (milliseconds: number, used: readonly number[]) => ({
      perSecond: (JOBS_A_TURN / milliseconds) * 1000,
      cpu: median(used) / JOBS_A_TURN,
    });
    return { ratio, accepted: side(floor, cpu.accepted), bare: side(subject, cpu.bare) };
  } finally {
    sender.close();
    await recorder.close();
  }
}

export function newBudgets(count: number): readonly string[] {
  return Array.from({ length: count }, () => randomUUID());
}

/** A new job for a budget. @returns its id. */
export async function createdIn(create: Call, budgetId: string): Promise<string> {
  const answer = Answer.parse(await create(post({ type: 'budget_sync', budgetId })));
  return Created.parse(JSON.parse(answer.body)).job.id;
}

const Answer = z.object({ statusCode: z.literal(201), body: z.string() });
const Created = z.object({ job: z.object({ id: z.string() }) });

/** Milliseconds that it took; those that this process was at work are added to `used`. */
async function timedWith(used: number[], work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  const took = await timed(work);
  const { user, system } = process.cpuUsage(before);
  used.push((user + system) / 1000);
  return took;
}
