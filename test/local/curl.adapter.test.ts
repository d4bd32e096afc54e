import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { openDataFolder } from '../../local/start/data-folder.ts';
import { hasCurl } from './curl.ts';

/** The configuration for curl that a start writes, as curl itself reads it. */

let folder: string;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curl-'));
});

afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
  await rm(folder, { recursive: true, force: true });
});

/** Says its name to whoever calls it. */
async function answering(name: string): Promise<string> {
  const server: Server = createServer((_request, response) => response.end(name));
  const service = await listenOnLoopback(server);
  open.push(service);
  return service.url;
}

describe.runIf(hasCurl())('curl with the configuration of a data folder', () => {
  it('calls this machine itself, whatever proxy the shell has', async () => {
    const { curlrc, release } = openDataFolder(join(folder, 'data'));
    release();
    const [api, proxy] = [await answering('the API'), await answering('the proxy')];
    const env = { PATH: process.env.PATH, http_proxy: proxy };
    const { stdout } = await promisify(execFile)('curl', ['-sK', curlrc, `${api}/jobs`], { env });
    expect(stdout.trim()).toBe('the API');
  });
});
