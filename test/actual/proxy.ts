import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** What happens to a request on its way; 'pass' lets it through. */
export type Mishap =
  | 'pass'
  | 'cut'
  | 'silence'
  /** The server gets the request and answers; the client hears nothing, and this is called. */
  | { readonly unheard: () => void }
  /** It goes on its way once this is settled. */
  | { readonly held: Promise<unknown> }
  | Recorded;

/** An answer that comes instead of the server's. */
export interface Recorded {
  readonly status: number;
  readonly body: string;
  /** `text/html` unless given. */
  readonly type?: string;
  /** Another address. */
  readonly location?: string;
}

export interface MishapProxy {
  readonly url: string;
  /** Decides by the request's path; all pass at first. */
  onRequest: (path: string) => Mishap;
  /** Paths of all requests, in order. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** Stands between the client and a real server, and lets chosen requests go wrong on the way. */
export async function proxyTo(target: string): Promise<MishapProxy> {
  const paths: string[] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    paths.push(path);
    // As for what is sent on: a connection that is kept may be closed at its other end just when it is used again.
    answer.shouldKeepAlive = false;
    const mishap = proxy.onRequest(path);
    if (mishap === 'pass') forward(target, incoming, answer);
    else if (mishap === 'cut') forward(target, incoming, answer, true);
    else if (mishap === 'silence') return;
    else if ('held' in mishap) mishap.held.finally(() => forward(target, incoming, answer));
    else if ('unheard' in mishap) deliver(target, incoming, mishap.unheard);
    else {
      incoming.resume();
      const type = mishap.type ?? 'text/html';
      const location = mishap.location === undefined ? {} : { Location: mishap.location };
      answer.writeHead(mishap.status, { 'Content-Type': type, ...location }).end(mishap.body);
    }
  });
  const proxy: MishapProxy = {
    ...(await listenOnLoopback(server)),
    onRequest: () => 'pass',
    paths,
  };
  return proxy;
}

/** Sends a request on, and its answer back. With `cut`, the connection breaks in the middle of the answer. */
export function forward(
  target: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
  cut = false,
): void {
  const outgoing = request(
    new URL(incoming.url ?? '', target),
    { method: incoming.method, headers: incoming.headers, agent: false },
    (response) => {
      const { connection: _kept, ...headers } = response.headers;
      answer.writeHead(response.statusCode ?? 502, headers);
      if (cut) {
        response.once('data', (piece: Buffer) => {
          answer.write(piece.subarray(0, piece.length / 2), () => answer.destroy());
        });
      } else response.pipe(answer);
    },
  );
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
}

function deliver(target: string, incoming: IncomingMessage, unheard: () => void): void {
  const outgoing = request(
    new URL(incoming.url ?? '', target),
    { method: incoming.method, headers: incoming.headers, agent: false },
    (response) => response.resume().once('end', unheard),
  );
  incoming.pipe(outgoing);
}
