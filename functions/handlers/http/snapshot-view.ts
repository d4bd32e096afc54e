import type { KeptSnapshot } from '../../domain/snapshot.ts';

/** A kept copy as the API shows it: where its bytes lie is nobody's business. */
export type SnapshotView = Omit<KeptSnapshot, 'archiveKey'>;

export function snapshotView({ archiveKey: _, ...shown }: KeptSnapshot): SnapshotView {
  return shown;
}
