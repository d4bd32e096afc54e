import { historyEngine } from '../suggest/history/engine.ts';
import { proposing } from './proposing.ts';

/** The function `suggestions` of a stack without a language model. */

export const handler = proposing(() => () => historyEngine);
