import { ROUTE_SCOPES } from '../../names.ts';

/** Every path with the methods that it takes, upper case. The document would say the same, and has to be made first. */
export const METHODS_BY_PATH: ReadonlyMap<string, readonly string[]> = byPath([
  ...Object.keys(ROUTE_SCOPES),
  'GET /openapi.json',
]);

/** @param routes as in `GET /jobs`. */
function byPath(routes: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  return methods;
}
