import { expect, it } from 'vitest';
import { RouteTable } from '../../local/runtime/http/routes.ts';

/** The widest come first: which of them a call goes to is not to hang on their order in the template. */
const ROUTES = [
  '$default',
  'GET /{proxy+}',
  'GET /things/{id}',
  'GET /things/new',
  'ANY /any',
  'GET /things/{id}/parts/{part}',
];

const resource = (type: string, physicalId: string, properties: Record<string, unknown>) => ({
  ...{ type: `AWS::ApiGatewayV2::${type}`, logicalId: physicalId, physicalId, arn: physicalId },
  properties,
});
const tableOf = (keys: readonly string[]) =>
  new RouteTable({
    stacks: new Map(),
    outputs: {},
    resources: keys.flatMap((RouteKey) => [
      resource('Integration', `to ${RouteKey}`, { IntegrationUri: RouteKey }),
      resource('Route', RouteKey, { RouteKey, Target: `integrations/to ${RouteKey}` }),
    ]),
  });

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
  const route = resource('Route', 'Lost', { RouteKey: 'GET /lost', Target: 'integrations/gone' });
  const stack = { stacks: new Map(), outputs: {}, resources: [route] };
  expect(() => new RouteTable(stack)).toThrow('Lost has no integration');
});
