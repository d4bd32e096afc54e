import { METHODS_BY_PATH } from './http/methods.ts';
import { ProblemError } from './http/problem.ts';
import { route } from './http/route.ts';

/** $default: whatever no other route takes. */

const PATHS = [...METHODS_BY_PATH].map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replace('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  methods,
}));

export const handler = route(async (event) => {
  const known = PATHS.find(({ pattern }) => pattern.test(event.rawPath));
  if (known === undefined) {
    throw new ProblemError('not-found', 'There is no such path. GET /openapi.json lists them.');
  }
  const allow = known.methods.join(', ');
  throw new ProblemError('method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
});
