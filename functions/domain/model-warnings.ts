import type { JobWarning } from './job.ts';

/**
 * Why a language model left payees without a proposal: a closed list, each with a sentence that says what to do. The job
 * succeeds all the same, with what was known before.
 */
export const MODEL_WARNINGS = {
  MODEL_UNAVAILABLE:
    'The language model could not be reached, was busy, or did not answer in time. The next job asks it again; one that is always late needs more time (secondsPerCall).',
  MODEL_REFUSED:
    "The language model's address refused the request. Check the model's id, its address, its key or the right to call it, whether what it costs is paid, and whether it takes as much at once as the limits allow.",
  MODEL_BAD_ANSWER:
    'The language model gave no usable answer, twice. The next job asks it again; if it goes on, allow longer answers (outputTokensPerCall) about fewer payees (payeesPerCall), or choose another model.',
  MODEL_BUDGET_SPENT:
    'The calls, tokens or time that a job may spend on the language model are used up. The next job asks for the rest; the limits are configuration.',
} as const;

export type ModelWarningCode = keyof typeof MODEL_WARNINGS;

/** @param payees how many were left without a proposal for this reason. */
export function modelWarning(code: ModelWarningCode, payees: number): JobWarning {
  return { code, message: MODEL_WARNINGS[code], count: payees };
}
