import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What went over the wire to a server and back, headers and all. */
export interface Wire {
  /** The server's address behind the counter. */
  readonly url: string;
  /** Counts from now on. */
  begin(): void;
  /** Since `begin`. */
  counted(): { readonly bytesFromServer: number; readonly calls: number };
  close(): Promise<void>;
}

/** Stands before a server and counts. Each of our requests has a connection of its own. */
export async function wireTo(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  let bytesFromServer = 0;
  let calls = 0;
  const open = new Set<Socket>();
  const counter = createServer((near) => {
    calls += 1;
    const far = connect(Number(port), hostname);
    far.on('data', (piece: Buffer) => {
      bytesFromServer += piece.length;
    });
    near.pipe(far).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => open.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(counter, 'listening');
  const address = counter.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    begin() {
      bytesFromServer = 0;
      calls = 0;
    },
    counted: () => ({ bytesFromServer, calls }),
    async close() {
      for (const socket of open) socket.destroy();
      counter.close();
      await once(counter, 'close');
    },
  };
}
