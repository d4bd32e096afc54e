import { expect, it } from 'vitest';
import { RouteTable } from '../../local/runtime/http/routes.ts';
import { resource, stackOf } from './services.ts';

/** The widest come first: which of them a call goes to is not to hang on their order in the template. */
const ROUTES = [
  '$default',
  'GET /{proxy+}',
  'GET /things/{id}',
  'GET /things/new',
  'ANY /any',
  'GET /things/{id}/parts/{part}',
];

const routeTo = (logicalId: string, RouteKey: string, integration: string) =>
  resource('AWS::ApiGatewayV2::Route', logicalId, {
    RouteKey,
    Target: `integrations/${integration}`,
  });
const tableOf = (keys: readonly string[]) =>
  new RouteTable(
    stackOf(
      ...keys.flatMap((key) => {
        const integration = resource('AWS::ApiGatewayV2::Integration', `to ${key}`, {
          IntegrationUri: key,
        });
        return [integration, routeTo(key, key, integration.physicalId)];
      }),
    ),
  );

it.each([
  ['GET', '/things/new', 'GET /things/new', {}],
  ['GET', '/things/7', 'GET /things/{id}', { id: '7' }],
  ['GET', '/things/7/parts/a%2Fb', 'GET /things/{id}/parts/{part}', { id: '7', part: 'a/b' }],
  ['GET', '/things/7/parts', 'GET /{proxy+}', { proxy: 'things/7/parts' }],
  ['GET', '/things/', 'GET /{proxy+}', { proxy: 'things/' }],
  ['PUT', '/any', 'ANY /any', {}],
  ['PUT', '/things/7', '$default', {}],
  ['GET', '/things/%zz', '$default', {}],
])('%s %s goes to the nearest of several routes, %s', (method, path, key, pathParameters) => {
  const { route, ...match } = tableOf(ROUTES).find(method, path) ?? {};
  expect(route).toMatchObject({ routeKey: key, functionArn: key });
  expect(match).toMatchObject({ pathParameters });
});

it.each([
  ['GET', '/'],
  ['GET', '/others'],
  ['GET', '/things/7/'],
  ['POST', '/things/7'],
])('%s %s goes nowhere where no route is for it', (method, path) => {
  expect(tableOf(['GET /things/{id}', 'GET /things/new']).find(method, path)).toBeUndefined();
});

it('a route that leads nowhere fails the start', () => {
  const stack = stackOf(routeTo('Lost', 'GET /lost', 'gone'));
  expect(() => new RouteTable(stack)).toThrow('Lost has no integration');
});
