import { openApiDocument } from './http/openapi.ts';
import { route } from './http/route.ts';

/** GET /openapi.json */

export const handler = route(async () => ({
  status: 200,
  headers: { 'cache-control': 'public, max-age=300' },
  body: openApiDocument,
}));
