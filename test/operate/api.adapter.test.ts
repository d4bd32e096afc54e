import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { writeAwsConfig } from '../../local/start/data-folder.ts';
import { openApi } from '../../operate/api.ts';

/** Which API a command asks, and as whom. */

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'data-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

const keep = (file: string, text: string) => writeFileSync(join(data, file), text);

const NOWHERE = {
  stackName: 'ActualJobs',
  data: undefined,
  url: undefined,
  region: undefined,
  tokenFile: undefined,
};

/** Answers like CloudFormation with its own address as the API's, like the API with an empty page; keeps what was asked. */
async function listening() {
  const asked: { readonly path: string; readonly authorization: string }[] = [];
  const server = createServer(({ url: path = '', headers: { authorization = '' } }, response) => {
    asked.push({ path, authorization });
    const output = `<member><OutputKey>ApiUrl</OutputKey><OutputValue>${address}</OutputValue></member>`;
    const stack = `<Stacks><member><Outputs>${output}</Outputs></member></Stacks>`;
    const described = `<DescribeStacksResponse><DescribeStacksResult>${stack}</DescribeStacksResult></DescribeStacksResponse>`;
    const isApi = path.includes('/jobs');
    response.setHeader('content-type', isApi ? 'application/json' : 'text/xml');
    response.end(isApi ? '{"jobs":[],"nextCursor":null}' : described);
  });
  const { url: address, close } = await listenOnLoopback(server);
  return { address, asked, close };
}

const query = { budgetId: 'home' };

describe('the API of a data folder', () => {
  it('is asked by its own settings, whatever the shell has of AWS', async () => {
    const { address, asked, close } = await listening();
    writeAwsConfig(data, { AWS_ENDPOINT_URL_CLOUDFORMATION: address });
    keep('credentials', '[default]\naws_access_key_id = AKIAHERE\naws_secret_access_key = s\n');
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_PROFILE']) {
      vi.stubEnv(name, '/nowhere');
    }
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOTHER');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'other');
    const api = await openApi({ ...NOWHERE, data });
    await api.GET('/jobs', { params: { query } });
    await close();
    expect(asked).toHaveLength(2);
    expect(asked[1]?.authorization).toMatch(
      /Credential=AKIAHERE\/\d+\/us-east-1\/execute-api\/aws4_request/,
    );
  });

  it('is not asked for what lies in a copy of the folder, which has its settings and its keys', async () => {
    const { address, asked, close } = await listening();
    writeAwsConfig(data, { AWS_ENDPOINT_URL_CLOUDFORMATION: address });
    keep('credentials', '[default]\naws_access_key_id = AKIAHERE\naws_secret_access_key = s\n');
    const copy = `${data}-copy`;
    cpSync(data, copy, { recursive: true });
    await expect(openApi({ ...NOWHERE, data: copy })).rejects.toThrow(`${copy} is a copy of`);
    rmSync(copy, { recursive: true });
    await close();
    expect(asked).toEqual([]);
  });

  it('is asked where the folder has another name since it was started', async () => {
    const { address, asked, close } = await listening();
    writeAwsConfig(data, { AWS_ENDPOINT_URL_CLOUDFORMATION: address });
    keep('credentials', '[default]\naws_access_key_id = AKIAHERE\naws_secret_access_key = s\n');
    renameSync(data, `${data}-moved`);
    data = `${data}-moved`;
    const api = await openApi({ ...NOWHERE, data });
    await api.GET('/jobs', { params: { query } });
    await close();
    expect(asked).toHaveLength(2);
  });
});

describe('an API by its address', () => {
  it('may be under a path of it', async () => {
    const { address, asked, close } = await listening();
    keep('token', 'a.b.c');
    const tokenFile = join(data, 'token');
    const api = await openApi({ ...NOWHERE, url: `${address}/household/`, tokenFile });
    await api.GET('/jobs', { params: { query } });
    await close();
    expect(asked[0]?.path).toBe('/household/jobs?budgetId=home');
  });

  it.each(['http://a.example', 'http://127.0.0.1.a.example', 'ftp://127.0.0.1', 'a.example', ''])(
    'is refused as %j: who calls would be told to whoever listens',
    async (url) => {
      await expect(openApi({ ...NOWHERE, url, region: 'eu-central-1' })).rejects.toThrow(
        '--url has to be an address that begins with https://',
      );
    },
  );

  it.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])(
    'may be on this machine without TLS: %s',
    async (url) => {
      await expect(openApi({ ...NOWHERE, url, region: 'eu-central-1' })).resolves.toBeDefined();
    },
  );

  it.each(['', 'Bearer a.b.c', 'a.b', 'a.b.c\nmore', 'a.b.c.d'])(
    'is not asked with %j for a token',
    async (text) => {
      keep('token', text);
      const tokenFile = join(data, 'token');
      await expect(openApi({ ...NOWHERE, url: 'https://a.example', tokenFile })).rejects.toThrow(
        `${tokenFile} has to hold a token (JWT) and nothing else`,
      );
    },
  );

  it('is not asked where the file of the token is not there', async () => {
    const tokenFile = join(data, 'nowhere');
    await expect(openApi({ ...NOWHERE, url: 'https://a.example', tokenFile })).rejects.toThrow(
      `--token-file: ${tokenFile} cannot be read`,
    );
  });

  it.each(['https://a.example?x=1', 'https://a.example#x', 'https://me@a.example'])(
    'is refused as %s: what is more than an address would be passed over',
    async (url) => {
      await expect(openApi({ ...NOWHERE, url, region: 'eu-central-1' })).rejects.toThrow(
        '--url has to be without',
      );
    },
  );
});
