import { askSecret } from './ask.ts';
import type { HouseholdOptions } from './household-options.ts';
import type { KeptSecrets } from './kept-secrets.ts';
import { readSecretFile } from './secret-file.ts';
import { StartError } from './start-error.ts';

/**
 * The key of the language model that the configuration names: given, kept, or asked for. It cannot be tried without
 * being charged for; a wrong one is a warning of the first job.
 *
 * @returns undefined where the configuration names none that takes a key.
 * @throws StartError when one is given that nobody takes, or none is to be had.
 */
export async function modelKeyFor(
  secrets: Pick<KeptSecrets, 'takesModelKey' | 'modelKey'>,
  { modelKeyFile }: Pick<HouseholdOptions, 'modelKeyFile'>,
): Promise<string | undefined> {
  if (!secrets.takesModelKey()) {
    if (modelKeyFile === undefined) return undefined;
    throw new StartError(
      '--model-key-file goes with a --config whose model takes a key ("apiKey": "secret").',
    );
  }
  if (modelKeyFile !== undefined) return readSecretFile('--model-key-file', modelKeyFile);
  return (
    secrets.modelKey() ??
    (await askSecret('Key of the language model', 'give the key in a file with --model-key-file'))
  );
}
