import { ApiError, ForeignAnswerError } from '../client/api-error.ts';
import { printable } from '../client/printable.ts';
import { OptionError } from './options.ts';
import { StackError } from './stack.ts';

export const NO_REGION =
  'There is no AWS region: set AWS_REGION or AWS_PROFILE, or name a stack on this machine with --data.';

/** What was tried and how it ended; of an error of AWS its own sentence, which names what was asked for. */
export function wordingOf(error: unknown): string {
  if (error instanceof StackError || error instanceof OptionError) return error.message;
  if (error instanceof ForeignAnswerError) return error.message;
  if (error instanceof ApiError) return refusal(error);
  if (!(error instanceof Error)) return String(error);
  const reason = error.cause instanceof Error ? error.cause : error;
  if ('code' in reason && reason.code === 'ECONNREFUSED') {
    return 'Nothing answers at the address. Of a stack on this machine: is npm start running with this data folder?';
  }
  // The second is what a machine without a network mostly says.
  if ('code' in reason && (reason.code === 'ENOTFOUND' || reason.code === 'EAI_AGAIN')) {
    return `The name was not found (${messageOf(reason)}): is the address or the region right, and is this machine connected?`;
  }
  // Of all that OpenSSL refuses: a handshake that fails is with one that does speak it.
  if (/wrong version number|packet length too long|http request/.test(reason.message)) {
    return 'What answers at the address does not speak TLS: is it an http:// address, or another port?';
  }
  // The SDK has no name of its own for it.
  if (error.message === 'Region is missing') return NO_REGION;
  if (error.name === 'CredentialsProviderError') {
    return 'There are no AWS credentials: sign in (aws sso login), set AWS_PROFILE, or name a stack on this machine with --data.';
  }
  // What `fetch` could not do is no error of types.
  const name = error instanceof TypeError && reason !== error ? 'The call failed' : error.name;
  return `${name}: ${messageOf(reason)}`;
}

/** Where a name has several addresses, none of which could be reached, the error has a reason for each and no message. */
function messageOf(reason: Error): string {
  if (reason.message !== '' || !(reason instanceof AggregateError)) return reason.message;
  return reason.errors.map((one) => (one instanceof Error ? one.message : String(one))).join(', ');
}

function refusal({ message, status, kind, requestId }: ApiError): string {
  const leads = requestId === undefined ? '' : `, request ${requestId}`;
  if (kind !== undefined) return printable(`${message} (${kind}${leads})`);
  if (status >= 300 && status < 400) {
    return `What answers at the address is not the API: it sends calls on to another address (${status}), as a page to sign in on does.`;
  }
  if (status === 403) {
    // The gateway says the same of all of them.
    return `The gateway refused the call: the credentials have no right to it (execute-api:Invoke) or have run out, the region or this machine's clock is wrong, or the token lacks the scope${leads}.`;
  }
  if (status === 401) {
    return `The gateway refused the call: the token is not good, or has run out${leads}.`;
  }
  return printable(`${message}${leads}`);
}
