import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type LoopbackService, listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { forward } from '../actual/proxy.ts';

/** Stands before a service of AWS, and refuses one call, counted from the last beginning: the caller may not do that. */
export interface Refusing extends LoopbackService {
  /** @param which is refused, from 1; without it none is. */
  begin(which?: number): void;
  /** What was asked for since then, in order. */
  readonly calls: readonly string[];
}

export async function refusing(target: string): Promise<Refusing> {
  const calls: string[] = [];
  let refused: number | undefined;
  const server = createServer((incoming, answer) => {
    if (calls.push(nameOf(incoming)) === refused) refuse(incoming, answer);
    else forward(target, incoming, answer);
  });
  return {
    ...(await listenOnLoopback(server)),
    begin(which) {
      calls.length = 0;
      refused = which;
    },
    calls,
  };
}

/** The operation; in the bucket, what is done and below which prefix. */
function nameOf({ headers, method, url = '' }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return target === undefined
    ? `${method} ${url.split('/')[2]}`
    : String(target).split('.').slice(-1).join();
}

const JSON_REFUSAL = '{"__type":"AccessDeniedException","message":"hunter2 at Lidl"}';
const XML_REFUSAL = '<Error><Code>AccessDenied</Code><Message>hunter2 at Lidl</Message></Error>';

/** No SDK sends that again. */
function refuse(incoming: IncomingMessage, answer: ServerResponse): void {
  const isJson = incoming.headers['x-amz-target'] !== undefined;
  incoming.resume().on('end', () => {
    answer.writeHead(403).end(isJson ? JSON_REFUSAL : XML_REFUSAL);
  });
}
