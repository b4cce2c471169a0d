import type { Fate, Found, Left, Unseen } from './types.ts';

/** What cleanup tells the world, and its journal. */
export type CleanupEvent =
  | { kind: 'cleanup-started'; cluster: string; target: string; eks: boolean; atMs: number }
  | {
      kind: 'cleanup-planned';
      items: readonly Found[];
      kept: readonly Found[];
      unseen: readonly Unseen[];
      atMs: number;
    }
  | { kind: 'deletion-started'; item: Found; atMs: number }
  | { kind: 'deletion-waiting'; item: Found; reason: string; atMs: number }
  | { kind: 'deletion-ended'; item: Found; fate: Fate; atMs: number }
  | { kind: 'sweep-started'; atMs: number }
  | { kind: 'cleanup-ended'; left: readonly Left[]; unseen: readonly Unseen[]; exitCode: number; atMs: number };
