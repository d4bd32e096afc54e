import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { serverArguments } from '../../local/actual/server.ts';
import { portOfItsOwn } from '../run/port.ts';
import type { Certificate } from './certificates.ts';

export const PASSWORD = 'correct horse';

/** A real Actual server with an empty data folder of its own. */
export interface ActualServer {
  readonly url: string;
  readonly dataDir: string;
  stop(): Promise<void>;
  /**
   * Starts it again on the same data and port.
   *
   * @param environment settings of the server, by the names of its own documentation.
   */
  start(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** @param certificate to serve HTTPS with, which this process trusts from then on; without one it serves plain HTTP. */
export async function startActualServer(certificate?: Certificate): Promise<ActualServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'actual-server-'));
  const port = await portOfItsOwn();
  const url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  if (certificate !== undefined) {
    setDefaultCACertificates([...getCACertificates('default'), certificate.authority]);
  }
  let child: ChildProcess | undefined;

  async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    child = spawn(process.execPath, serverArguments(), {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        ACTUAL_DATA_DIR: dataDir,
        ACTUAL_PORT: String(port),
        ACTUAL_HOSTNAME: '127.0.0.1',
        ...environment,
        ...(certificate === undefined
          ? {}
          : { ACTUAL_HTTPS_KEY: certificate.key, ACTUAL_HTTPS_CERT: certificate.certificate }),
      },
      stdio: 'ignore',
    });
    await answers(url, child);
  }

  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    child = undefined;
  }

  await start();
  await post(`${url}/account/bootstrap`, { password: PASSWORD });
  return {
    url,
    dataDir,
    start,
    stop,
    async remove() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return;
    await setTimeout(30);
  }
  throw new Error('The Actual server ended at its start');
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}
