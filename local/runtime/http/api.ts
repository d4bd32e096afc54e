import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FunctionInvoker, InvocationResult, LocalCaller, ResolvedStack } from '../contract.ts';
import { fieldsOf } from '../fields.ts';
import { type LoopbackService, listenOnLoopback } from '../services/loopback.ts';
import { bodyOf } from './body.ts';
import { Cors } from './cors.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { eventOf } from './event.ts';
import { RouteTable } from './routes.ts';

export interface HttpApiOptions {
  readonly stack: ResolvedStack;
  readonly invoker: FunctionInvoker;
  /** Who may sign. */
  readonly callers: readonly LocalCaller[];
  /** 0 takes any free one. */
  readonly port: number;
}

/** API Gateway's own limits. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;

/**
 * Serves the stack's HTTP API on loopback.
 *
 * @throws the server's own error when the port is taken (`EADDRINUSE`).
 */
export async function startHttpApi(options: HttpApiOptions): Promise<LoopbackService> {
  const gateway = {
    routes: new RouteTable(options.stack),
    cors: new Cors(options.stack),
    doorkeeper: new Doorkeeper(options.callers),
    invoker: options.invoker,
  };
  const server = createServer((request, response) => {
    serve(request, response, gateway).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'Internal Server Error');
    });
  });
  return listenOnLoopback(server, options.port);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  {
    routes,
    cors,
    doorkeeper,
    invoker,
  }: {
    readonly routes: RouteTable;
    readonly cors: Cors;
    readonly doorkeeper: Doorkeeper;
    readonly invoker: FunctionInvoker;
  },
): Promise<void> {
  const body = await bodyOf(request, BODY_BYTES_MAX);
  if (body === undefined) return refuse(response, 413, 'Request Entity Too Large');
  const [path = '/'] = (request.url ?? '/').split('?');
  const match = routes.find(request.method ?? 'GET', path);
  const open = match === undefined || match.route.authorization.kind === 'none';
  const preflight = open ? cors.preflight(request) : undefined;
  if (preflight !== undefined) {
    response.writeHead(204, preflight);
    response.end();
    return;
  }
  if (match === undefined) return refuse(response, 404, 'Not Found');
  const admission = await doorkeeper.admit(request, body, match.route.authorization);
  if (admission.kind === 'refused') {
    if (admission.status === 401) response.setHeader('www-authenticate', 'Bearer');
    return refuse(response, admission.status, admission.message);
  }
  const event = eventOf(request, body, match, admission.authorizer);
  response.setHeader('apigw-requestid', event.requestContext.requestId);
  const answerBy = Date.now() + INTEGRATION_TIMEOUT_MS;
  const result = await withTimeout(invoker.invoke(match.route.functionArn, event, answerBy));
  if (result === 'late' || result.kind === 'throttled') {
    return refuse(response, 503, 'Service Unavailable');
  }
  if (result.kind === 'error') {
    return result.error.errorType === 'RequestEntityTooLargeException'
      ? refuse(response, 413, 'Request Entity Too Large')
      : refuse(response, 500, 'Internal Server Error');
  }
  for (const [name, value] of Object.entries(cors.headers(request))) {
    response.setHeader(name, value);
  }
  answer(response, result.payload);
}

async function withTimeout(work: Promise<InvocationResult>): Promise<InvocationResult | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), INTEGRATION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A function's answer, by the rules of payload format 2.0: without a status code, the whole of it is the body. */
function answer(response: ServerResponse, payload: unknown): void {
  const fields = fieldsOf(payload);
  if (fields.statusCode === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(payload));
    return;
  }
  for (const [name, value] of Object.entries(fieldsOf(fields.headers))) {
    response.setHeader(name, String(value));
  }
  if (Array.isArray(fields.cookies)) response.setHeader('set-cookie', fields.cookies.map(String));
  const body = typeof fields.body === 'string' ? fields.body : '';
  response.statusCode = Number(fields.statusCode);
  response.end(Buffer.from(body, fields.isBase64Encoded === true ? 'base64' : 'utf8'));
}

/** As the gateway words its own refusals. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
