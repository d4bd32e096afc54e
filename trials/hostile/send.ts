import { Agent, request as httpRequest } from 'node:http';
import aws4 from 'aws4';
import type { HostileRequest } from './requests.ts';

/** Requests over real HTTP, signed as an AWS client signs, whatever they hold. */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Longer than the gateway itself waits. */
const PATIENCE_MS = 60_000;

export class Sender {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly url: URL;
  private readonly credentials: Credentials;

  constructor(url: string, credentials: Credentials) {
    this.url = new URL(url);
    this.credentials = credentials;
  }

  /** @throws Error when the connection ends without an answer. */
  send(request: HostileRequest): Promise<Answer> {
    return this.sendBy(this.agent, request);
  }

  private sendBy(agent: Agent | false, request: HostileRequest): Promise<Answer> {
    const body = request.body === undefined ? undefined : Buffer.from(request.body, 'latin1');
    const { hostname, port } = this.url;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          agent,
          hostname,
          port,
          method: request.method,
          path: request.target,
          headers: this.headersOf(request, body),
          timeout: PATIENCE_MS,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error('No answer in time')));
      outgoing.once('error', (error) => {
        // The server hung up on the request before; this one has not reached it.
        if (outgoing.reusedSocket) resolve(this.sendBy(false, request));
        else reject(error);
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  /** Names in the order of the request, each as often as it is there. */
  private headersOf(request: HostileRequest, body: Buffer | undefined): string[] {
    const given = request.headers.flat();
    const length = ['content-length', String(body?.byteLength ?? 0)];
    return [...length, ...given, ...this.signature(request, body)];
  }

  private signature(
    { signing, method, target }: HostileRequest,
    body: Buffer | undefined,
  ): string[] {
    const { host } = this.url;
    if (signing === 'none') return ['host', host];
    const { accessKeyId, secretAccessKey } = this.credentials;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const sign = (path: string): string => {
      const signer = new aws4.RequestSigner(
        {
          method,
          path,
          host,
          service: 'execute-api',
          region: 'us-east-1',
          // Only what every request has: the gateway lets the others travel unsigned.
          headers: { host, 'x-amz-date': date },
          body: signing === 'of other content' ? 'something else' : (body ?? ''),
          doNotModifyHeaders: true,
        },
        { accessKeyId, secretAccessKey: signing === 'wrong key' ? 'another key' : secretAccessKey },
      );
      signer.datetime = date;
      return String(signer.sign().headers?.Authorization);
    };
    // No client signs a query that is no text; it goes out under another's signature.
    const authorization = sign(isText(target) ? target : '/');
    return ['host', host, 'x-amz-date', date, 'authorization', authorization];
  }
}

function isText(target: string): boolean {
  try {
    decodeURIComponent(target);
    return true;
  } catch {
    return false;
  }
}
