import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { openDataFolder } from '../../local/start/data-folder.ts';
import { API_PAGE, fencedIn } from '../docs/markdown.ts';
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

async function answering(listener: RequestListener): Promise<string> {
  const service = await listenOnLoopback(createServer(listener));
  open.push(service);
  return service.url;
}

/** Says its name to whoever calls it. */
function saying(name: string): Promise<string> {
  return answering((_request, response) => response.end(name));
}

describe.runIf(hasCurl())('curl with the configuration of a data folder', () => {
  it('calls this machine itself, whatever proxy the shell has', async () => {
    const { curlrc, release } = openDataFolder(join(folder, '.data'));
    release();
    const [api, proxy] = [await saying('the API'), await saying('the proxy')];
    const env = { PATH: process.env.PATH, http_proxy: proxy };
    const { stdout } = await promisify(execFile)('curl', ['-sK', curlrc, `${api}/jobs`], { env });
    expect(stdout.trim()).toBe('the API');
  });

  const pasted = async (bucket: string, proxy = '') => {
    openDataFolder(join(folder, '.data')).release();
    const api = await answering((_request, response) =>
      response.writeHead(303, { location: `${bucket}/copy` }).end(),
    );
    const code = fencedIn(API_PAGE, 'sh').find((block) => block.includes('/download |')) ?? '';
    const env = { PATH: process.env.PATH, http_proxy: proxy, API: api, BUDGET: 'b', SNAPSHOT: 's' };
    return promisify(execFile)('sh', ['-c', code], { cwd: folder, env });
  };

  it('fetches a kept copy from this machine itself too, by the call that the page has', async () => {
    await pasted(await saying('the copy'), await saying('the proxy'));
    expect(await readFile(join(folder, 'budget.zip'), 'utf8')).toBe('the copy');
  });

  it('says so where a kept copy is not to be had, and leaves no file that looks like one', async () => {
    const bucket = await answering((_request, response) =>
      response.writeHead(404).end('<Code>NoSuchKey</Code>'),
    );
    await expect(pasted(bucket)).rejects.toMatchObject({ stderr: expect.stringContaining('404') });
    expect(await readdir(folder)).toEqual(['.data']);
  });
});
