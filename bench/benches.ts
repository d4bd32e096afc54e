import type { Bench } from './report/report.ts';

/** Every bench by its name, in the order of the page; imported when asked for, since each loads much of the product. */
export const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  api: async () => (await import('./api/bench.ts')).api,
  workers: async () => (await import('./workers/bench.ts')).workers,
  combined: async () => (await import('./combined/bench.ts')).benchCombined,
  proposing: async () => (await import('./proposing/bench.ts')).benchProposing,
  sync: async () => (await import('./sync/bench.ts')).benchSync,
  costs: async () => (await import('./costs/bench.ts')).benchCosts,
  scale: async () => (await import('./scale/bench.ts')).benchScale,
};
