import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * What stands before our paths where a domain of one's own has the API under one; nothing otherwise.
 *
 * @param ours matches our own part of the path that was called, up to its end.
 */
export function basePathOf({ requestContext }: APIGatewayProxyEventV2, ours: RegExp): string {
  const { path } = requestContext.http;
  return path.slice(0, Math.max(0, path.search(ours)));
}
