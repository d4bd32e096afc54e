import type { ResolvedStack, Resource } from '../contract.ts';
import { type Authorization, authorizationOf } from './authorization.ts';
import { decoding } from './decoding.ts';

/** The routes of an HTTP API, chosen as API Gateway does: exact before `{parameter}` before `{proxy+}` before `$default`. */

export interface Route {
  /** As in the template: `GET /jobs/{jobId}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly authorization: Authorization;
}

export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export class RouteTable {
  private readonly routes: readonly Route[];

  constructor(stack: ResolvedStack) {
    const integrations = new Map(
      ofType(stack, 'AWS::ApiGatewayV2::Integration').map((resource) => [
        resource.physicalId,
        String(resource.properties.IntegrationUri),
      ]),
    );
    const authorizers = new Map(
      ofType(stack, 'AWS::ApiGatewayV2::Authorizer').map((resource) => [
        resource.physicalId,
        resource,
      ]),
    );
    this.routes = ofType(stack, 'AWS::ApiGatewayV2::Route').map((resource) => ({
      ...targetOf(resource, integrations),
      authorization: authorizationOf(resource, authorizers),
    }));
  }

  find(method: string, path: string): Match | undefined {
    const matches = this.routes.flatMap((route) => {
      const match = matchRoute(route, method, path);
      return match === undefined ? [] : [match];
    });
    const [best] = matches.sort((a, b) => a.rank - b.rank);
    return best;
  }
}

function targetOf({ logicalId, properties }: Resource, integrations: ReadonlyMap<string, string>) {
  const functionArn = integrations.get(String(properties.Target).replace('integrations/', ''));
  if (functionArn === undefined) throw new Error(`${logicalId} has no integration`);
  return { routeKey: String(properties.RouteKey), functionArn };
}

function matchRoute(
  route: Route,
  method: string,
  path: string,
): (Match & { readonly rank: number }) | undefined {
  if (route.routeKey === '$default') return { route, pathParameters: {}, rank: 3 };
  const [routeMethod, routePath = ''] = route.routeKey.split(' ');
  if (routeMethod !== method && routeMethod !== 'ANY') return undefined;
  const wanted = routePath.split('/');
  const given = path.split('/');
  const greedy = wanted.at(-1)?.endsWith('+}') === true;
  if (greedy ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const pathParameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    const value = part.endsWith('+}') ? given.slice(index).join('/') : (given[index] ?? '');
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined) {
      const decoded = decoding(value);
      if (decoded === undefined || decoded === '') return undefined;
      pathParameters[name] = decoded;
    }
  }
  const rank = greedy ? 2 : Object.keys(pathParameters).length > 0 ? 1 : 0;
  return { route, pathParameters, rank };
}

function ofType(stack: ResolvedStack, type: string): readonly Resource[] {
  return stack.resources.filter((resource) => resource.type === type);
}
