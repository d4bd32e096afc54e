import { expect } from 'vitest';
import { type FailureCode, FailureError, sentenceOf } from '../../functions/domain/failures.ts';
import { PASSWORD } from './actual-server.ts';

/**
 * Waits for a failure and looks whether it is fit for a user: the known sentence first, and nothing in it, in its
 * stack or in its cause that belongs to the budget, the server or this machine.
 *
 * @returns what the failure adds to the known sentence.
 */
export async function failsWith(code: FailureCode, work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ name: code });
  if (!(thrown instanceof FailureError)) throw thrown;
  const { message, cause } = thrown;
  const sentence = sentenceOf(code);
  expect(message.startsWith(sentence)).toBe(true);
  const causes = cause instanceof Error ? [cause.message, cause.stack ?? ''] : [];
  for (const secret of ['Canary', PASSWORD, 'secret garden', '127.0.0.1', '<html']) {
    expect([message, ...causes].join('\n')).not.toContain(secret);
  }
  expect(message).not.toMatch(/\/tmp|\/sync|undefined|null|Error/);
  return message.slice(sentence.length).trim();
}
