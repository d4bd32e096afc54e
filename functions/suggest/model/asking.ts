import type { ExtractCategory } from '../../domain/extract.ts';
import type { JobWarning } from '../../domain/job.ts';
import { type ModelWarningCode, modelWarning } from '../../domain/model-warnings.ts';
import type { LanguageModel, Reply } from './language-model.ts';
import type { PayeeGroup } from './payee-groups.ts';
import { type Choice, type Question, questionAbout, readAnswer } from './question.ts';

/** Asks a language model about many payees, within what a job may spend on it. */

export interface Limits {
  readonly callsPerJob: number;
  readonly tokensPerJob: number;
  readonly secondsPerJob: number;
  readonly payeesPerCall: number;
  readonly outputTokensPerCall: number;
  readonly secondsPerCall: number;
}

export interface AskingPorts {
  readonly model: LanguageModel;
  readonly limits: Limits;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface Asked {
  /** By key of the group. */
  readonly choices: ReadonlyMap<string, Choice>;
  readonly warnings: readonly JobWarning[];
  readonly calls: number;
  readonly tokens: number;
}

/** A model that is busy is asked again after these, or when it says: but no sooner, as parts of a second are often said as none. */
const WAITS_MS = [1_000, 4_000];
/** Waiting longer than this would cost more than the answer is worth. */
const LONGEST_WAIT_MS = 30_000;
/** With less time than this left, nothing is asked any more. */
const SHORTEST_CALL_MS = 1_000;
/** A token is four letters of English, fewer of other languages and of JSON; a character of Chinese or Thai has three bytes, and is about one. */
const BYTES_A_TOKEN = 3;
/** After so many payees in a row of which none got a usable answer, nothing is expected of the others. */
const HOPELESS = 2;

/**
 * Asks in batches. What is answered badly is asked once more; a model that cannot be reached, refuses, or answers whole
 * batches badly twice, of more than one payee together, is not asked about the rest.
 *
 * @param deadline when the last call has to be over, on the clock of `now`.
 */
export async function askAbout(
  groups: readonly PayeeGroup[],
  categories: readonly ExtractCategory[],
  ports: AskingPorts,
  deadline: number,
): Promise<Asked> {
  const { limits } = ports;
  const spending = new Spending(ports, deadline);
  const choices = new Map<string, Choice>();
  let bad = 0;
  let badInARow = 0;
  let given: { readonly code: ModelWarningCode; readonly payees: number } | undefined;
  for (let start = 0; start < groups.length; start += limits.payeesPerCall) {
    const batch = groups.slice(start, start + limits.payeesPerCall);
    const result = await askBatch(batch, categories, ports, spending);
    for (const [key, choice] of result.choices) choices.set(key, choice);
    const left = groups.length - start - batch.length;
    if (result.stopped !== undefined) {
      given = { code: result.stopped, payees: batch.length - result.choices.size + left };
      break;
    }
    bad += batch.length - result.choices.size;
    badInARow = result.choices.size === 0 ? badInARow + batch.length : 0;
    if (badInARow >= HOPELESS) {
      bad += left;
      break;
    }
  }
  return {
    choices,
    warnings: [
      ...(bad === 0 ? [] : [modelWarning('MODEL_BAD_ANSWER', bad)]),
      ...(given === undefined ? [] : [modelWarning(given.code, given.payees)]),
    ],
    calls: spending.calls,
    tokens: spending.tokens,
  };
}

interface BatchResult {
  readonly choices: ReadonlyMap<string, Choice>;
  /** Why nothing more is to be asked. */
  readonly stopped?: ModelWarningCode;
}

/** Asks about a batch, and a second time about those of it that got no usable answer. */
async function askBatch(
  batch: readonly PayeeGroup[],
  categories: readonly ExtractCategory[],
  ports: AskingPorts,
  spending: Spending,
): Promise<BatchResult> {
  const choices = new Map<string, Choice>();
  let open = batch;
  for (const _try of ['first', 'second']) {
    const reply = await askPatiently(questionAbout(open, categories), ports, spending);
    if (typeof reply === 'string') return { choices, stopped: reply };
    if (reply.kind === 'bad') continue;
    const reading = readAnswer(reply.answer, open, categories);
    for (const [key, choice] of reading.choices) choices.set(key, choice);
    open = reading.unanswered;
    if (open.length === 0) break;
  }
  return { choices };
}

/** Asks until there is an answer, good or bad, or none is to be had. */
async function askPatiently(
  question: Question,
  { model, limits, wait }: AskingPorts,
  spending: Spending,
): Promise<Extract<Reply, { kind: 'answered' | 'bad' }> | ModelWarningCode> {
  for (const pause of [...WAITS_MS, undefined]) {
    const timeoutMilliseconds = spending.allow(question);
    if (timeoutMilliseconds === undefined) return 'MODEL_BUDGET_SPENT';
    const bounds = { outputTokens: limits.outputTokensPerCall, timeoutMilliseconds };
    const reply = await model.ask(question, bounds);
    spending.spent(question, reply);
    switch (reply.kind) {
      case 'answered':
      case 'bad':
        return reply;
      case 'refused':
        return 'MODEL_REFUSED';
      case 'unavailable': {
        if (pause === undefined) return 'MODEL_UNAVAILABLE';
        const milliseconds = Math.max(pause, reply.retryAfterMilliseconds ?? 0);
        if (milliseconds > Math.min(LONGEST_WAIT_MS, spending.timeLeft()))
          return 'MODEL_UNAVAILABLE';
        await wait(milliseconds);
      }
    }
  }
  return 'MODEL_UNAVAILABLE';
}

/** What was spent of a job's calls, tokens and time. */
class Spending {
  calls = 0;
  tokens = 0;
  private readonly limits: Limits;
  private readonly now: () => number;
  private readonly end: number;

  constructor({ limits, now }: AskingPorts, deadline: number) {
    this.limits = limits;
    this.now = now;
    this.end = Math.min(deadline, now() + limits.secondsPerJob * 1000);
  }

  timeLeft(): number {
    return this.end - this.now();
  }

  /** Milliseconds that a call may take; undefined when it may not be made. */
  allow(question: Question): number | undefined {
    const { callsPerJob, tokensPerJob, outputTokensPerCall, secondsPerCall } = this.limits;
    const atMost = this.tokens + lengthOf(question) + outputTokensPerCall;
    if (this.calls >= callsPerJob || atMost > tokensPerJob) return undefined;
    const time = Math.min(secondsPerCall * 1000, this.timeLeft());
    return time < SHORTEST_CALL_MS ? undefined : time;
  }

  /** A call that failed may have been read, and be charged for. */
  spent(question: Question, reply: Reply): void {
    if ('sent' in reply) return;
    this.calls += 1;
    const told = 'tokens' in reply ? reply.tokens : undefined;
    if (reply.kind !== 'refused') this.tokens += told ?? lengthOf(question) + lengthOfAnswer(reply);
  }
}

/** In tokens, roughly. */
function lengthOf({ instructions, data, schema }: Question): number {
  return tokensIn(instructions + data + JSON.stringify(schema));
}

/** What is read of it; of what was no answer nobody knows how long it was. */
function lengthOfAnswer(reply: Reply): number {
  return reply.kind === 'answered' ? tokensIn(JSON.stringify(reply.answer ?? null)) : 0;
}

function tokensIn(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
}
