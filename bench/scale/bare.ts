import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** Requests to a service as they were sent, to be sent again by nothing but Node's own HTTP client. */

export interface SentRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Recorder {
  /** Answers each request with an empty object. */
  readonly url: string;
  /** The requests since the last call of this function. */
  take(): readonly SentRequest[];
  close(): Promise<void>;
}

export async function startRecorder(): Promise<Recorder> {
  let requests: SentRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    requests.push({ headers: incoming.headers, body: Buffer.concat(chunks) });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    take() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close,
  };
}

export interface Sender {
  /** @throws Error when it is answered with anything but 200. */
  send(request: SentRequest): Promise<void>;
  close(): void;
}

export function bareSender(url: string): Sender {
  const agent = new Agent({ keepAlive: true });
  return {
    send: ({ headers, body }) =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { agent, method: 'POST', headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('end', () => {
            if (answer.statusCode === 200) resolve();
            else reject(new Error(`${answer.statusCode}: ${Buffer.concat(chunks)}`));
          });
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Does something with each of them, with so many at the same time. @returns the results in their order. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [place, item] of left) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}
