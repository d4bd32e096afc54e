import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTE_SCOPES } from '../../functions/names.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

describe('the API of a stack that takes tokens', () => {
  let routes: readonly Readonly<Record<string, unknown>>[];
  let template: Synthesized;
  beforeAll(async () => {
    const jwt = { issuer: 'https://login.example.org', audience: ['here'], scopePrefix: 'jobs/' };
    template = await synthesizedStack({ auth: { jwt } });
    routes = Object.values(template.template.Resources)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties);
  });

  it('asks for one on every route, unknown ones included, of this issuer alone', () => {
    const authorizers = template.stack.resources.filter(
      ({ type }) => type === 'AWS::ApiGatewayV2::Authorizer',
    );
    expect(authorizers.map(({ properties }) => properties)).toMatchObject([
      {
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://login.example.org', Audience: ['here'] },
      },
    ]);
    const asked = new Set(
      routes.map(({ AuthorizationType, AuthorizerId }) =>
        JSON.stringify([AuthorizationType, AuthorizerId]),
      ),
    );
    expect([...asked]).toEqual([JSON.stringify(['JWT', { Ref: authorizers[0]?.logicalId }])]);
  });

  it('asks for the scope of each route, and for none where there is nothing of a budget', () => {
    const scopes = Object.fromEntries(
      routes.map(({ RouteKey, AuthorizationScopes = [] }) => [RouteKey, AuthorizationScopes]),
    );
    const { $default, 'GET /openapi.json': document, ...others } = scopes;
    expect([$default, document]).toEqual([[], []]);
    expect(others).toEqual(
      Object.fromEntries(
        Object.entries(ROUTE_SCOPES).map(([route, scope]) => [route, [`jobs/${scope}`]]),
      ),
    );
  });
});
