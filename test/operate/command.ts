import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The commands of operate/, run as a shell does that is signed in to AWS. */

export interface Ran {
  readonly code: number;
  /** On both streams. */
  readonly said: string;
}

/**
 * Runs a command until it ends.
 *
 * @param name such as `forget`.
 * @param shell whose credentials it has, and further variables, such as the addresses of AWS's services.
 */
export function ran(
  name: string,
  args: readonly string[],
  shell: {
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly variables: Readonly<Record<string, string>>;
  },
): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: shell.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: shell.credentials.secretAccessKey,
    ...shell.variables,
  };
  const file = join(import.meta.dirname, `../../operate/${name}.ts`);
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}
