import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LocalCredentials, RunningPart } from '../contract.ts';

/** AWS's JSON protocol: one address, the operation in a header. */

/** An error that the SDK turns into its exception of the same name. */
export class ServiceError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Fields = Readonly<Record<string, unknown>>;
export type Operation = (input: Fields) => Promise<Fields> | Fields;

/** Serves operations on loopback to whoever shows the data folder's access key. */
export async function startJsonService(options: {
  readonly credentials: LocalCredentials;
  readonly operations: Readonly<Record<string, Operation>>;
}): Promise<RunningPart & { readonly url: string }> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch(() => {
      respond(response, 500, { __type: 'InternalFailure' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The service has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: Parameters<typeof startJsonService>[0],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const credential = `Credential=${options.credentials.accessKeyId}/`;
  if (!request.headers.authorization?.includes(credential)) {
    respond(response, 403, { __type: 'UnrecognizedClientException' });
    return;
  }
  const target =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const operation = options.operations[target];
  if (operation === undefined) {
    respond(response, 400, { __type: 'UnknownOperationException', message: target });
    return;
  }
  try {
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    respond(
      response,
      200,
      await operation(typeof input === 'object' && input !== null ? { ...input } : {}),
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    respond(response, 400, { __type: error.name, message: error.message });
  }
}

function respond(response: ServerResponse, status: number, body: Fields): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
