import { randomUUID } from 'node:crypto';
import { ApiError } from '../client/api-error.ts';

/** Answers that get lost: what was asked for may have been done. */

/** Ways in which a connection ends that was there: with any other fault nothing was sent. */
const CUT_OFF: readonly unknown[] = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
];

/** Whether what was asked for may have been done, although nobody was told. */
export function isLost(error: unknown): boolean {
  // The gateway, or a proxy, speaks by itself where the function died or was too slow, which may have been after its work; the
  // function says that it is unavailable where it waited in vain for an answer of the table, which may have written all the same.
  if (error instanceof ApiError) return error.status >= 500 && error.kind !== 'internal';
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // That of several addresses none could be reached is said of all of them together.
  if (!(reason instanceof Error && 'code' in reason) || reason instanceof AggregateError)
    return false;
  const reached = !('syscall' in reason && reason.syscall === 'connect');
  return reached && CUT_OFF.includes(reason.code);
}

/**
 * Asks for a change, and once more where the answer is lost.
 *
 * @param ask may be called twice: what was done already is not done again.
 * @throws what `ask` throws; where the first answer is lost and nothing better comes, the fault of that one.
 */
export async function askedOnceMore<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  return ask().catch((lost: unknown) => {
    if (!isLost(lost)) throw lost;
    return ask().catch(() => {
      throw lost;
    });
  });
}

/**
 * The same for a job: with one key there is one job, however often it is asked for.
 *
 * @param ask with this `Idempotency-Key`.
 */
export async function madeOnce<Made>(ask: (key: string) => Promise<Made>): Promise<Made> {
  const key = randomUUID();
  return askedOnceMore(() => ask(key));
}
