import type { SuggestionStore } from '../store/suggestion-store.ts';
import { openSuggestions } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
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

const { suggestions, meter } = openSuggestions(readEnvironment('tableName'));

export const handler = route(guarded(listSuggestionsRoute(suggestions)), meter);
