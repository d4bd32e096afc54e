import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { WAIT_SECONDS_MAX } from '../../functions/handlers/http/request-schemas.ts';
import type { RouteHandler } from '../../functions/handlers/http/route.ts';
import { gatewayEvent, lambdaContext, type Request } from '../../test/handlers/gateway.ts';
import { percentile } from '../report/ratio.ts';
import type { Answering } from './answers.ts';
import { type Asking, eventOf } from './asking.ts';
import { Filling } from './filling.ts';
import { nameOf } from './functions.ts';
import { askings } from './requests.ts';
import { StandIn } from './table.ts';

/**
 * The inside of `answers.ts`: a process of its own that answers requests with the real handlers, in the place of whose SDK
 * a table in memory answers. Sends what it found, and ends.
 */

/** So many come before, so that the code is compiled as it is in a function that has been called for a while. */
const WARM_UP = 400;
const ROUNDS = 9;
const REQUESTS_A_ROUND = 200;
const TRIES = 10;
const HANDLERS_FOLDER = join(import.meta.dirname, '../../functions/handlers');

const standIn = new StandIn();
standIn.install();
const filling = new Filling(standIn.table, process.env.BUDGET ?? '');
const measured = process.env.MEASURED === 'yes';

const found: Answering[] = [];
for (const asking of await askings(filling)) found.push(await answered(asking));
found.push(await waited());
process.send?.(found);
process.disconnect();

async function answered(asking: Asking): Promise<Answering> {
  const { name, what, kind } = asking;
  const answer = await handlerOf(asking);
  const asks = [];
  for (const request of await asking.make(3)) {
    await answer(request);
    asks.push(standIn.take());
  }
  const { calls, executions } = asks.at(-1) ?? standIn.take();
  const counted = { name, what, kind, calls, executions };
  return measured ? { ...counted, own: await ownWork(asking, answer) } : counted;
}

/** A caller who waits as long as one may for a job that goes on, on a clock that only its own pauses move. */
async function waited(): Promise<Answering> {
  const { job } = await filling.running();
  let now = 0;
  let looks = 0;
  const work = getJobRoute(
    {
      jobs: {
        whole: (id) => {
          looks += 1;
          return filling.jobs.whole(id);
        },
        get: (id) => {
          looks += 1;
          return filling.jobs.get(id);
        },
      },
      clock: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    '',
  );
  const request = { pathParameters: { jobId: job.id }, query: `wait=${WAIT_SECONDS_MAX}` };
  await work(
    gatewayEvent(request),
    lambdaContext(),
    () => true,
    () => true,
  );
  const what = `GET /jobs/{jobId}?wait=${WAIT_SECONDS_MAX} of a job that goes on`;
  return { name: 'get-job-waiting', what, kind: 'more', calls: looks, executions: 0 };
}

/** Milliseconds of the processor without those of the table, for the requests of each round. */
async function ownWork(
  asking: Asking,
  answer: (request: Request) => Promise<number>,
): Promise<NonNullable<Answering['own']>> {
  for (const request of await asking.make(WARM_UP)) await answer(request);
  const rounds: number[][] = [];
  while (rounds.length < ROUNDS) rounds.push(await undisturbed(asking, answer));
  return {
    medians: rounds.map((times) => percentile(times, 0.5)),
    p99s: rounds.map((times) => percentile(times, 0.99)),
  };
}

/** So many requests, without those during which the system gave the processor to something else. */
async function undisturbed(
  asking: Asking,
  answer: (request: Request) => Promise<number>,
): Promise<number[]> {
  const times: number[] = [];
  for (let tries = 0; tries < TRIES && times.length < REQUESTS_A_ROUND; tries += 1) {
    const requests = await asking.make(REQUESTS_A_ROUND - times.length);
    for (const request of requests) {
      standIn.take();
      const before = interruptions();
      const whole = await answer(request);
      const { milliseconds } = standIn.take();
      if (interruptions() === before) times.push(whole - milliseconds);
    }
  }
  if (times.length === 0) throw new Error('The machine is too busy to measure anything');
  return times;
}

/** How often the system took the processor away from this process to give it to another. */
function interruptions(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}

/** @returns what answers a request, and says how many milliseconds that took. */
async function handlerOf(asking: Asking): Promise<(request: Request) => Promise<number>> {
  const file = join(HANDLERS_FOLDER, `${nameOf(asking.to)}.ts`);
  const { handler }: { readonly handler: RouteHandler } = await import(pathToFileURL(file).href);
  return async (request) => {
    const event = eventOf(asking, request);
    const context = lambdaContext();
    const begun = performance.now();
    const { statusCode, body } = await handler(event, context);
    const took = performance.now() - begun;
    if (statusCode !== asking.status) throw new Error(`${asking.name}: ${statusCode} ${body}`);
    return took;
  };
}
