import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { type Client, openClient } from '../client/client.ts';
import { type Send, signed, withToken } from '../client/sending.ts';
import type { Target } from './jobs-order.ts';
import { OptionError, useStackIn } from './options.ts';
import { outputOf } from './stack.ts';
import { NO_REGION } from './wording.ts';

/** Where the API of an installation is, and how calls of it say who calls. */

const OUTPUT = 'ApiUrl';

/**
 * Signs with what the AWS SDK's own settings lead to, unless there is a token. Of a stack on this machine it takes the
 * settings that `npm start` wrote, into the environment of this process.
 *
 * @throws OptionError, StackError
 */
export async function openApi(target: Target): Promise<Client> {
  const { data, stackName, tokenFile } = target;
  if (data !== undefined) useStackIn(data);
  // Finds credentials and region as every client of the SDK does; for an address that is given, it calls nothing.
  const aws = new CloudFormationClient({});
  if (target.url === undefined) await regionOf(aws);
  const url = addressIn(target.url ?? (await outputOf(aws, stackName, OUTPUT)));
  const send: Send =
    tokenFile === undefined
      ? signed(
          () => aws.config.credentials(),
          target.region ?? regionIn(url) ?? (await regionOf(aws)),
        )
      : withToken(tokenIn(tokenFile));
  return openClient(`${url.origin}${url.pathname.replace(/\/+$/, '')}`, send);
}

/** Nothing that says who calls goes over a wire that others can read. A domain of one's own may have the API under a path. */
function addressIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) {
    throw new OptionError('--url has to be an address that begins with https://.');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new OptionError('--url has to be without ?, # and user.');
  }
  return url;
}

/** The region that an address of API Gateway's own tells, in whatever partition of AWS; undefined for a domain of one's own. */
export function regionIn({ hostname }: URL): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.(?:aws|amazonwebservices\.(?:com\.cn|eu)))$/.exec(
    hostname,
  )?.[1];
}

/** @throws OptionError */
function regionOf(aws: CloudFormationClient): Promise<string> {
  return aws.config.region().catch(() => {
    throw new OptionError(NO_REGION);
  });
}

function tokenIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    throw new OptionError(`--token-file: ${file} cannot be read.`);
  }
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) {
    throw new OptionError(`--token-file: ${file} has to hold a token (JWT) and nothing else.`);
  }
  return text;
}

/**
 * The budget that is meant: the one that is named, or that of an installation on this machine that has one alone.
 *
 * @throws OptionError
 */
export function budgetMeant(named: string | undefined, data: string | undefined): string {
  const ofEnvironment = process.env.ACTUAL_JOBS_BUDGET || undefined;
  const known = named ?? ofEnvironment ?? (data === undefined ? undefined : onlyBudgetIn(data));
  // A variable of the shell that is not set makes an empty name, and a path that the API does not know.
  if (known !== undefined && known !== '') return known;
  throw new OptionError(
    'Name the budget with --budget, by its Sync ID (in Actual: Settings → Advanced), or in ACTUAL_JOBS_BUDGET.',
  );
}

const Budgets = z.array(z.string());

/** As the start wrote down which ones it is for; undefined where there are several, or that cannot be read. */
function onlyBudgetIn(data: string): string | undefined {
  try {
    const written = readFileSync(join(data, 'budgets.json'), 'utf8');
    const [only, ...others] = Budgets.parse(JSON.parse(written));
    return others.length === 0 ? only : undefined;
  } catch {
    return undefined;
  }
}
