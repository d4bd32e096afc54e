import { describe, expect, it } from 'vitest';
import { METHODS_BY_PATH } from '../../functions/handlers/http/methods.ts';
import { ROUTE_SCOPES } from '../../functions/names.ts';
import { parseConfig } from '../../infra/config/config.ts';
import { ACCESS_PAGE, fencedIn, rowsOf } from './markdown.ts';

describe('the page about access', () => {
  it('lists each call of the API once, with its scope', () => {
    const scopes = [...rowsOf(ACCESS_PAGE)].filter(([scope]) => /:|^none$/.test(scope));
    const listed = scopes.flatMap(([scope, [calls = '']]) =>
      [...calls.matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, call]) => [call, scope.replaceAll('`', '')]),
    );
    const served = [...METHODS_BY_PATH].flatMap(([path, methods]) =>
      methods.map((method) => [`${method} ${path}`, ROUTE_SCOPES[`${method} ${path}`] ?? 'none']),
    );
    expect(listed.sort()).toEqual(served.sort());
  });

  it('shows configurations that are taken', () => {
    const configs = fencedIn(ACCESS_PAGE, 'json').filter((text) => text.includes('"auth"'));
    expect(configs).toHaveLength(2);
    for (const text of configs) expect(parseConfig(JSON.parse(text)).auth).toBeDefined();
  });
});

describe('each call of the API', () => {
  it('asks for a scope, but for the one that tells of no budget', () => {
    const open = [...METHODS_BY_PATH].flatMap(([path, methods]) =>
      methods.map((method) => `${method} ${path}`).filter((call) => !(call in ROUTE_SCOPES)),
    );
    expect(open).toEqual(['GET /openapi.json']);
  });
});
