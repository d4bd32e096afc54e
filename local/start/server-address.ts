import { StartError } from './start-error.ts';

/**
 * The address of an Actual server in one spelling, without a slash at its end.
 *
 * @throws StartError when it is none, when it holds a password, or when a password would travel readable to another
 *   machine and nobody allowed that.
 */
export function parseServerUrl(text: string, options: { readonly allowHttp: boolean }): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new StartError('--server has to be an address such as https://actual.example.org.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new StartError(
      '--server takes no user and no password: the password is asked for, or read from --password-file.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new StartError('--server takes an address without ? and #.');
  }
  if (url.protocol === 'https:') {
    if (options.allowHttp) throw new StartError('--allow-http goes with an http:// address.');
  } else if (!options.allowHttp && !isLoopback(url.hostname)) {
    throw new StartError(
      'Over http:// the password travels readable to another machine: use https://, or allow that with --allow-http.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** @param hostname as URL gives it: addresses normalised, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
