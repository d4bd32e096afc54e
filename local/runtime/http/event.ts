import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LOCAL_ACCOUNT } from '../contract.ts';
import type { Match } from './routes.ts';

/** A request as API Gateway hands it to a function (payload format 2.0). */

const TEXT = /^(text\/|application\/(.+\+)?(json|xml|javascript|x-www-form-urlencoded))/;

/** @param authorizer what the gateway found out about the caller. */
export function eventOf(
  request: IncomingMessage,
  body: Buffer,
  match: Match,
  authorizer: object | undefined,
) {
  const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const headers = headersOf(request);
  const query = queryOf(rawQueryString);
  const isText = body.length === 0 || TEXT.test(headers['content-type'] ?? 'text/plain');
  const now = new Date();
  const { route, pathParameters } = match;
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
      ...(authorizer === undefined ? {} : { authorizer }),
    },
    ...(body.length === 0
      ? {}
      : { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: !isText,
  };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct);
  return Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(',')]));
}

/** Repeated parameters come joined by commas. */
function queryOf(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(query);
}
