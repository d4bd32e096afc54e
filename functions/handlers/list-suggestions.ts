import { SuggestionStore } from '../store/suggestion-store.ts';
import { identity } from './adapters/identity.ts';
import { tableClient } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { BudgetPath, ListSuggestionsQuery, PAGE_SIZE } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /budgets/{budgetId}/suggestions */

export type ListedSuggestions = Pick<SuggestionStore, 'list'>;

export function listSuggestionsRoute(suggestions: ListedSuggestions): Route {
  return async (event) => {
    const { budgetId } = parsePath(BudgetPath, event);
    const { status, limit = PAGE_SIZE, cursor } = parseQuery(ListSuggestionsQuery, event);
    logger.appendKeys({ budgetId });
    const page = await suggestions.list(
      { budgetId, ...(status === undefined ? {} : { status }) },
      { limit, ...(cursor === undefined ? {} : { cursor }) },
    );
    return { status: 200, body: page };
  };
}

const { tableName } = readEnvironment('tableName');
const { client, meter } = tableClient();

export const handler = route(
  listSuggestionsRoute(new SuggestionStore({ client, tableName, now: identity.now })),
  meter,
);
