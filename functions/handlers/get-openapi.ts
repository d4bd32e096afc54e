import { openApiDocument } from './http/openapi.ts';
import { parseQuery } from './http/request.ts';
import { route } from './http/route.ts';
import { NoQuery } from './http/schemas.ts';

/** GET /openapi.json */

export const handler = route(async (event) => {
  parseQuery(NoQuery, event);
  return {
    status: 200,
    headers: { 'cache-control': 'private, max-age=300' },
    body: openApiDocument,
  };
});
