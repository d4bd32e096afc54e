import { createServer, request } from 'node:http';
import { type LoopbackService, listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** Stands before an Actual server and says when it is asked and when it has answered. */
export function watchedServer(
  target: string,
  tell: (what: 'request' | 'answer') => void,
): Promise<LoopbackService> {
  const server = createServer((incoming, answer) => {
    tell('request');
    const { method, headers, url = '' } = incoming;
    const outgoing = request(new URL(url, target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.once('end', () => tell('answer'));
    });
    outgoing.once('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  return listenOnLoopback(server);
}
