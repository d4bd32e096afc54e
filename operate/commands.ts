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
  /** Says what is done already, before it is known what comes of it. */
  readonly note: (text: string) => void;
}

/** As many items as the API gives at once. */
const PAGE = 100;

/** Items of a listing, page by page: as many as are wanted, or all where there are fewer. */
export async function collected<Item>(
  wanted: number,
  pageOf: (query: { limit: number; cursor?: string }) => Promise<{
    readonly items: readonly Item[];
    readonly nextCursor: string | null;
  }>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null && found.length < wanted; ) {
    const limit = Math.min(PAGE, wanted - found.length);
    const page = await pageOf({ limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** The most that a list shows. */
export const LIMIT_MAX = 1000;

/** What a list shows of what was found, where it is known to be more by one more, and a word on what it leaves out. */
export function limited<Item>(
  found: readonly Item[],
  limit: number,
): { readonly shown: readonly Item[]; readonly leftOut: readonly string[] } {
  if (found.length <= limit) return { shown: found, leftOut: [] };
  const how = limit < LIMIT_MAX ? '--limit shows more' : 'the API has the rest';
  return { shown: found.slice(0, limit), leftOut: [`The first ${limit}; ${how}.`] };
}
