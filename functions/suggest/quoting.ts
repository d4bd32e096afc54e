import { oneLine } from '../domain/text.ts';

/** Names as they stand in a reason: banks' texts are long and may hold quotes and line breaks, and so may any name. */

const LONGEST_NAME = 60;

/** A payee or an account. */
export function quoted(name: string): string {
  return `“${oneLine(name.replaceAll(/["“”]/gu, ' '), LONGEST_NAME)}”`;
}

export function nameOfCategory(name: string): string {
  return oneLine(name, LONGEST_NAME);
}
