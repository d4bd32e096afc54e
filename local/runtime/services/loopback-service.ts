import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LocalCredentials } from '../contract.ts';
import { bodyOf } from '../http/body.ts';
import { isSigned } from '../http/signature.ts';
import { type LoopbackService, listenOnLoopback } from './loopback.ts';

/** A service of AWS as this machine serves it: on loopback, to whoever signs with the data folder's credentials. */

/** More than any of the services takes at once. */
export const LONGEST_BYTES = 20 * 1024 * 1024;

/**
 * What whoever does not sign is told. By the message's beginning, SDKs know that their clock may be to blame, and sign once more by
 * the time of the answer (@smithy/core: `isTransientError`).
 */
export const NOT_SIGNED = {
  __type: 'InvalidSignatureException',
  message: 'Signature expired, not of this time, or not of these credentials',
} as const;

export interface ServiceRequest {
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Of a role's session; the owner of the data folder has none. */
  readonly sessionToken: string | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function startLoopbackService(options: {
  readonly credentials: LocalCredentials;
  readonly answer: (request: ServiceRequest) => Promise<ServiceAnswer>;
}): Promise<LoopbackService> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch(() => {
      respond(response, jsonAnswer(500, { __type: 'InternalFailure' }));
    });
  });
  return listenOnLoopback(server);
}

export function jsonAnswer(status: number, body: Readonly<Record<string, unknown>>): ServiceAnswer {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { status, headers, body: JSON.stringify(body) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { credentials, answer }: Parameters<typeof startLoopbackService>[0],
): Promise<void> {
  const content = await bodyOf(request, LONGEST_BYTES);
  if (content === undefined) {
    respond(response, jsonAnswer(413, { __type: 'RequestEntityTooLargeException' }));
    return;
  }
  // An access key is no secret: links to copies of a budget have it in their query.
  if (!isSigned(request, content, credentials, Date.now(), () => true)) {
    respond(response, jsonAnswer(403, NOT_SIGNED));
    return;
  }
  const { authorization: _signature, ...headers } = request.headers;
  const body = content.toString('utf8');
  const token = headers['x-amz-security-token'];
  const sessionToken = token === undefined ? undefined : String(token);
  respond(response, await answer({ path: request.url ?? '/', headers, body, sessionToken }));
}

function respond(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}
