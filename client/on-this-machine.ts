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

/** What a file system tells a folder by. */
interface Folder {
  readonly dev: bigint;
  readonly ino: bigint;
}

const MARK = '# Device and number of the data folder: ';

/**
 * Which data folder this is, as a line of the settings that are written into it: a copy has them too, and would lead to the stack that
 * runs in the folder it was copied from.
 */
export function markOf({ dev, ino }: Folder): string {
  return `${MARK}${dev} ${ino}`;
}

/**
 * Whether settings are another folder's than the one that they lie in, or of before its disk was mounted anew, with another number:
 * while a stack runs there it is not. A version that wrote no mark could not tell.
 */
export function areOfAnother(settings: string, folder: Folder): boolean {
  const mark = settings.split('\n').find((line) => line.startsWith(MARK));
  return mark !== undefined && mark !== markOf(folder);
}
