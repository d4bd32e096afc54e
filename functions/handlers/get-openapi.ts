import { openApiDocument } from './http/openapi.ts';
import { parseQuery } from './http/request.ts';
import { NoQuery } from './http/request-schemas.ts';
import { route } from './http/route.ts';

/** GET /openapi.json */

export const handler = route(async (event) => {
  parseQuery(NoQuery, event);
  return {
    status: 200,
    headers: { 'cache-control': 'private, max-age=300' },
    body: openApiDocument,
  };
});
