import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/** `npm run test:engines -- --endpoint URL`: the stores' contract suite on the DynamoDB engine at an address. */

const USAGE = `Give the address of a DynamoDB engine, which gets tables of its own and loses them again:

  npm run test:engines -- --endpoint http://127.0.0.1:8000`;

const endpoint = endpointIn(process.argv.slice(2));
if (endpoint === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  process.env.DYNAMODB_ENDPOINT = endpoint;
  const vitest = await startVitest('test', [], { run: true, project: ['endpoint'] });
  await vitest.close();
}

/** @returns undefined where there is none, or something else. */
function endpointIn(args: string[]): string | undefined {
  try {
    const { endpoint = '' } = parseArgs({ args, options: { endpoint: { type: 'string' } } }).values;
    return /^https?:$/.test(new URL(endpoint).protocol) ? endpoint : undefined;
  } catch {
    return undefined;
  }
}
