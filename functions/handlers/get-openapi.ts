import { basePathOf } from './http/base-path.ts';
import { openApiDocument } from './http/openapi.ts';
import { parseQuery } from './http/request.ts';
import { NoQuery } from './http/request-schemas.ts';
import { route } from './http/route.ts';

/** GET /openapi.json */

/** With the address that its paths are meant from: a reader takes `/` for the whole domain. */
function documentAt(basePath: string) {
  if (basePath === '') return openApiDocument;
  const servers = openApiDocument.servers?.map((server) => ({ ...server, url: basePath }));
  return { ...openApiDocument, servers };
}

export const handler = route(async (event) => {
  parseQuery(NoQuery, event);
  return {
    status: 200,
    headers: { 'cache-control': 'private, max-age=300' },
    body: documentAt(basePathOf(event, /\/openapi\.json$/)),
  };
});
