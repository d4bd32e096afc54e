import fc from 'fast-check';
import type { Canary, Trace } from './canaries.ts';
import { Judge } from './judge.ts';
import { type OpenApi, operationsOf, resolver } from './operations.ts';
import { type Places, placed } from './places.ts';
import { type HostileRequest, hostileRequests } from './requests.ts';
import { type Answer, type Credentials, Sender } from './send.ts';

/** A running API, and what is planted in it. */
export interface Target {
  readonly url: string;
  readonly credentials: Credentials;
  readonly document: OpenApi;
  readonly canaries: readonly Canary[];
  /** The real ids, as they are now. */
  places(): Places;
  /** What the functions logged since the last call. */
  newLogs(): Promise<readonly Trace[]>;
  /** Everything that jobs left in the table and in executions. */
  remains(): Promise<readonly Trace[]>;
}

export interface Violation {
  readonly fault: string;
  /** Where it was found: an answer's status, a log's name, an item's key. */
  readonly where: string;
  /** The request that did it, as small as it could be made; undefined where none is known. */
  readonly request: HostileRequest | undefined;
}

export interface Report {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  /** By operation, how many answers had which status. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly violations: readonly Violation[];
}

/** Sent at once, so that the functions have more than one at a time. */
const TOGETHER = 16;
const OVERLOADED = 503;
const ATTEMPTS = 3;
const TOLD_EVERY = 625 * TOGETHER;
/** A smaller request says more; after so many tries it is small enough. */
const SHRINKS = 400;
/** What the gateway takes of request line and headers. */
const HEAD_BYTES_MAX = 10 * 1024;
/** Remembered, so that a line of a log leads back to its request. */
const REMEMBERED = 5_000;

/** Sends requests until one does harm, or all are sent. The same seed sends the same requests. */
export async function attack(
  target: Target,
  {
    requests,
    seed,
    shrinks = SHRINKS,
    tell = () => {},
  }: {
    readonly requests: number;
    readonly seed: number;
    /** How often to try whether a smaller request does harm too. */
    readonly shrinks?: number;
    /** Called now and then with how many have been sent. */
    readonly tell?: (sent: number) => void;
  },
): Promise<Report> {
  const run = new Run(target, shrinks, tell);
  const started = performance.now();
  const found = await run.send(requests, seed);
  const seconds = (performance.now() - started) / 1000;
  const left = found === undefined ? await run.faultsLeft() : [];
  run.close();
  return {
    seed,
    requests: run.sent,
    seconds,
    answers: run.answers,
    violations: found === undefined ? left : [found],
  };
}

class Run {
  sent = 0;
  readonly answers = new Map<string, Map<number, number>>();
  private readonly target: Target;
  private readonly judge: Judge;
  private readonly sender: Sender;
  private readonly remembered = new Map<string, HostileRequest>();
  /** The request that made a job, for as long as the run. */
  private readonly makers = new Map<string, HostileRequest>();
  private violation: Violation | undefined;
  private shrinksLeft: number;
  private readonly tell: (sent: number) => void;

  constructor(target: Target, shrinks: number, tell: (sent: number) => void) {
    this.target = target;
    this.tell = tell;
    this.shrinksLeft = shrinks;
    this.judge = new Judge(target.document, target.canaries);
    this.sender = new Sender(target.url, target.credentials);
  }

  async send(requests: number, seed: number): Promise<Violation | undefined> {
    const { document } = this.target;
    const one = hostileRequests(operationsOf(document), resolver(document));
    const several = fc.array(one, { minLength: TOGETHER, maxLength: TOGETHER });
    const numRuns = Math.ceil(requests / TOGETHER);
    const details = await fc.check(
      fc.asyncProperty(several, (these) => this.isHarmless(these)),
      { seed, numRuns, verbose: 0 },
    );
    // An attack that broke off by itself has not shown anything.
    if (details.failed && this.violation === undefined) throw details.errorInstance;
    return this.violation;
  }

  /** @returns false when one of the requests did harm. */
  private async isHarmless(these: readonly HostileRequest[]): Promise<boolean> {
    if (this.violation === undefined) {
      this.sent += these.length;
      if (this.sent % TOLD_EVERY === 0) this.tell(this.sent);
    } else {
      if (this.shrinksLeft === 0) return true;
      this.shrinksLeft -= 1;
    }
    const places = this.target.places();
    const found = await Promise.all(these.map((request) => this.sendOne(inPlace(request, places))));
    const violation =
      found.find((one) => one !== undefined) ??
      (await this.faultsOf(await this.target.newLogs())).at(0);
    if (violation === undefined) return true;
    this.violation = violation;
    return false;
  }

  async faultsLeft(): Promise<readonly Violation[]> {
    const traces = [...(await this.target.newLogs()), ...(await this.target.remains())];
    return this.faultsOf(traces);
  }

  close(): void {
    this.sender.close();
  }

  private async sendOne(request: HostileRequest): Promise<Violation | undefined> {
    let answer: Answer;
    try {
      answer = await this.answered(request);
    } catch (error) {
      if (isUnreadable(request)) return undefined;
      const reason = error instanceof Error ? error.message : String(error);
      return { fault: `got no answer: ${reason}`, where: 'connection', request };
    }
    this.remember(request, answer);
    const [fault] = this.judge.faultsOf(request, answer);
    if (fault === undefined) return undefined;
    return { fault, where: `answer ${answer.status}: ${answer.body.slice(0, 500)}`, request };
  }

  /** Overload of this machine is told by 503 and the advice to try again, which is taken. */
  private async answered(request: HostileRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.sender.send(request);
      if (this.violation === undefined) this.count(request, answer);
      if (answer.status !== OVERLOADED || attempt === ATTEMPTS) return answer;
    }
  }

  private count({ operation }: HostileRequest, { status }: Answer): void {
    const counts = this.answers.get(operation) ?? new Map<number, number>();
    counts.set(status, (counts.get(status) ?? 0) + 1);
    this.answers.set(operation, counts);
  }

  private remember(request: HostileRequest, { headers }: Answer): void {
    this.remembered.set(headers['apigw-requestid'] ?? '', request);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
    const job = /^\/jobs\/(.+)$/.exec(headers.location ?? '')?.[1];
    if (job !== undefined && !this.makers.has(job)) this.makers.set(job, request);
  }

  private async faultsOf(traces: readonly Trace[]): Promise<readonly Violation[]> {
    return traces.flatMap((trace) =>
      this.judge.faultsIn(trace).map((fault) => ({
        fault,
        where: trace.in === 'answer' ? trace.in : `${trace.in} ${trace.name}`,
        request: this.requestBehind(trace),
      })),
    );
  }

  private requestBehind({ text }: Trace): HostileRequest | undefined {
    const [, id = ''] = /"requestId":"([^"]+)"/.exec(text) ?? [];
    const jobs = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
    return (
      this.remembered.get(id) ?? this.makers.get(jobs.find((job) => this.makers.has(job)) ?? '')
    );
  }
}

function inPlace(request: HostileRequest, places: Places): HostileRequest {
  const { target, headers, body } = request;
  return {
    ...request,
    target: placed(target, places),
    headers: headers.map(([name, value]) => [name, placed(value, places)]),
    body: body === undefined ? undefined : placed(body, places),
  };
}

/** An HTTP server may hang up on what it cannot read as a request, or not in full. */
function isUnreadable({ target, headers }: HostileRequest): boolean {
  const bytes = headers.flat().reduce((sum, text) => sum + text.length, target.length);
  return bytes > HEAD_BYTES_MAX || !/^\/[\x21-\x7e]*$/.test(target);
}
