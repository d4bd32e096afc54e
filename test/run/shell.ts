/** What has AWS's clients, our log or a package's tracing do something else: a session, a profile, a level. */
const IN_A_SHELL = /^(AWS_|POWERTOOLS_|LOG_LEVEL$|DEBUG$)/;

/** Where a test says nothing of them, neither does whoever runs it: no variable of their shell, no settings in their home folder. */
export default function setup(): void {
  for (const name of Object.keys(process.env).filter((one) => IN_A_SHELL.test(one))) {
    delete process.env[name];
  }
  process.env.AWS_CONFIG_FILE = '/nowhere';
  process.env.AWS_SHARED_CREDENTIALS_FILE = '/nowhere';
}
