import { trainRanker } from './ranker/train.ts';
import { benchSuggestions } from './suggestions.ts';

/** `npm run bench -- NAME …`: measures one thing and prints what it found. */

const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  suggestions: benchSuggestions,
  'train-ranker': trainRanker,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.error(`Which one? npm run bench -- ${Object.keys(BENCHES).join(' | ')} …`);
  process.exitCode = 1;
} else {
  try {
    await bench(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
