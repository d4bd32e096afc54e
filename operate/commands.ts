import type { Client } from '../client/client.ts';

/** What a command of `npm run jobs` gets, and what comes of it. */

export interface Outcome {
  /** For scripts. */
  readonly document: object;
  /** For people. */
  readonly lines: readonly string[];
  /** Whether a job failed, or a decision was not taken. */
  readonly failed: boolean;
}

export interface Ports {
  readonly api: Client;
  /** @throws OptionError when none is named. */
  readonly budget: () => string;
  /** Columns of the terminal. */
  readonly width: number;
  /** Says what is going on, beside what comes of it. */
  readonly note: (text: string) => void;
}

/** As many items as the API gives at once. */
export const PAGE = 100;

/** A word on what the list leaves out. */
export function cutOff(shown: readonly unknown[], limit: number): readonly string[] {
  return shown.length < limit ? [] : [`The first ${limit}; --limit shows more.`];
}
