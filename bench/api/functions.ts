import { HANDLERS, type HandlerKey } from '../../infra/handlers.ts';

/** The functions behind the API, by what calls them. */

export const API_FUNCTIONS = [
  'createJob',
  'listJobs',
  'getJob',
  'listJobEvents',
  'cancelJob',
  'retryJob',
  'listSuggestions',
  'patchSuggestion',
  'patchSuggestions',
  'listSnapshots',
  'downloadSnapshot',
  'getOpenapi',
  'unknownRoute',
] as const satisfies readonly HandlerKey[];

export type ApiFunction = (typeof API_FUNCTIONS)[number];

/** As in functions/handlers, and in the names of figures. */
export function nameOf(key: ApiFunction): string {
  return HANDLERS[key].name;
}
