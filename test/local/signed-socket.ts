import { connect, type Socket } from 'node:net';
import aws4 from 'aws4';
import { CREDENTIALS } from '../e2e/installation.ts';

/** A connection on which a signed call was sent, with its body as far as it is given: what comes of it is up to the caller. */
export function signedSocket(
  url: string,
  {
    path,
    body,
    ...call
  }: {
    readonly service: string;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Of a body that is signed. */
    readonly body?: string;
  },
): Socket {
  const { host, hostname, port } = new URL(url);
  const { headers } = aws4.sign(
    { ...call, region: 'us-east-1', host, path, ...(body !== undefined && { body }) },
    CREDENTIALS,
  );
  const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const socket = connect(Number(port), hostname);
  socket.write(`${call.method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
  return socket;
}
