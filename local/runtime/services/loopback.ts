import type { Server } from 'node:http';
import type { RunningPart } from '../contract.ts';

export interface LoopbackService extends RunningPart {
  readonly url: string;
}

/**
 * Has a server listen on loopback; `close` ends its connections too.
 *
 * @param port one that the system chooses unless given.
 * @throws the server's own error when the port is taken (`EADDRINUSE`).
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<LoopbackService> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
