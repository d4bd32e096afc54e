import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { keepsTheContract } from './engine-contract.ts';

keepsTheContract(() => historyEngine);
