import type { BudgetId } from '../domain/ids.ts';
import {
  SUGGESTION_STATUSES,
  type Suggestion,
  type SuggestionStatus,
} from '../domain/suggestion.ts';
import { INDEX } from '../names.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { PageRequest } from './job-listing.ts';
import { suggestionsPartition } from './keys.ts';
import type { Item } from './rows.ts';
import { liveIn, suggestionOf, suggestionOrder, suggestionStatusKey } from './suggestion-rows.ts';
import { ITEMS_A_READ_MAX, type Table } from './table.ts';

/** Listings of a budget's suggestions, newest transaction first, in pages. */

export interface SuggestionFilter {
  readonly budgetId: BudgetId;
  readonly status?: SuggestionStatus;
}

export interface SuggestionPage {
  readonly suggestions: readonly Suggestion[];
  readonly nextCursor: string | null;
}

/**
 * Every suggestion of the budget whose time is not over.
 *
 * @param of makes of an item what is wanted of it.
 */
export async function readAll<T>(
  table: Table,
  budgetId: BudgetId,
  nowEpochSeconds: number,
  of: (item: Item) => T,
): Promise<readonly T[]> {
  const items = await table.all({
    KeyConditionExpression: 'PK = :pk',
    ExpressionAttributeValues: { ':pk': suggestionsPartition(budgetId) },
    ConsistentRead: true,
  });
  return liveIn(items, nowEpochSeconds).map(of);
}

/** @throws InvalidCursorError when the cursor is not one of this listing. */
export async function listSuggestions(
  table: Table,
  { budgetId, status }: SuggestionFilter,
  { limit, cursor }: PageRequest,
  nowEpochSeconds: number,
): Promise<SuggestionPage> {
  const listing = `suggestions ${budgetId} ${status ?? '*'}`;
  const after = cursor === undefined ? undefined : decodeCursor(listing, cursor);
  const statuses = status === undefined ? SUGGESTION_STATUSES : [status];
  // One more than the page holds, to know whether there are more.
  const wanted = limit + 1;
  const found = await Promise.all(
    statuses.map((one) =>
      newest(table, suggestionStatusKey(budgetId, one), after, wanted, nowEpochSeconds),
    ),
  );
  const sorted = found
    .flat()
    .map((suggestion) => ({ suggestion, order: suggestionOrder(suggestion) }))
    .sort((a, b) => (isAhead(a, b) ? -1 : 1))
    // One that is decided meanwhile is found under both of its statuses.
    .filter(({ order }, index, all) => order !== all[index - 1]?.order);
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return {
    suggestions: page.map(({ suggestion }) => suggestion),
    nextCursor:
      sorted.length > limit && last !== undefined ? encodeCursor(listing, last.order) : null,
  };
}

interface Placed {
  readonly suggestion: Suggestion;
  readonly order: string;
}

/** Newest transaction first; of one transaction what was written last. */
function isAhead(a: Placed, b: Placed): boolean {
  return a.order === b.order ? a.suggestion.updatedAt > b.suggestion.updatedAt : a.order > b.order;
}

async function newest(
  table: Table,
  partition: string,
  after: string | undefined,
  wanted: number,
  nowEpochSeconds: number,
): Promise<readonly Suggestion[]> {
  const { name, partitionKey, sortKey } = INDEX.suggestionsByStatus;
  const found: Suggestion[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  let limit = wanted;
  do {
    const { items, next } = await table.page({
      IndexName: name,
      ScanIndexForward: false,
      KeyConditionExpression:
        after === undefined
          ? `${partitionKey} = :key`
          : `${partitionKey} = :key AND ${sortKey} < :after`,
      FilterExpression: 'expiresAt > :now',
      ExpressionAttributeValues: {
        ':key': partition,
        ':now': nowEpochSeconds,
        ...(after === undefined ? {} : { ':after': after }),
      },
      Limit: limit,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    found.push(...items.map(suggestionOf));
    ExclusiveStartKey = next;
    // What was applied at once expires at once, and DynamoDB takes days to delete it: page by page, thousands would outlast the call.
    limit = Math.min(2 * limit, ITEMS_A_READ_MAX);
  } while (ExclusiveStartKey !== undefined && found.length < wanted);
  return found;
}
