import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { historyEngine } from '../suggest/history/engine.ts';
import { modelEngine } from '../suggest/model/engine.ts';
import { SMALL_CALLS } from './adapters/calls.ts';
import { openModel, parseModel } from './adapters/model.ts';
import { modelSecretId, readEnvironment } from './environment.ts';
import { proposing } from './proposing.ts';

/** The function `suggestions` of a stack whose configuration names a language model. */

/** What is kept of the function's time for writing: 20,000 suggestions are some 200 transactions of the table. */
const RESERVE_MS = 180_000;

const settings = parseModel(readEnvironment('model').model);

export const handler = proposing((meter) => {
  const secrets = meter.counting(new SecretsManagerClient(SMALL_CALLS));
  const model = openModel(settings, { secrets, secretId: modelSecretId() });
  const ports = {
    model,
    limits: settings.limits,
    now: () => performance.now(),
    wait: (milliseconds: number) => pause(milliseconds),
  };
  return (context) =>
    modelEngine(
      historyEngine,
      ports,
      () => ports.now() + context.getRemainingTimeInMillis() - RESERVE_MS,
    );
});
