/** Where the AWS SDK reads its settings and its keys. */
interface SettingsFiles {
  readonly config: string;
  readonly credentials: string;
}

/**
 * From here on this process calls a stack on this machine. What the shell has of AWS (a region, another address, an
 * account's keys, the files in the home folder) and of proxies is for others, and would come before.
 */
export function callStackHere({ config, credentials }: SettingsFiles): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_')) delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_PROFILE: 'default',
    // Both spellings: of two, Node takes the other one.
    NO_PROXY: '*',
    no_proxy: '*',
  });
}
