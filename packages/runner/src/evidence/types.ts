import type { AwsClients } from '@meshbed/clients/aws';
import type { CloudContext } from '../run/context.ts';
import type { AccountName } from '../scenario/types.ts';

/** What the parts work with. */
export interface Scene extends CloudContext {
  /** Directory of the run that is looked into; absent when there was none. */
  runDirectory: string | undefined;
  /** The accounts that can be asked. */
  accounts: readonly { name: AccountName; aws: AwsClients }[];
}

/**
 * Keeps what `read` returns in a file of the archive: text as it is, anything else as JSON. A failure, or a deadline that
 * passes, is noted beside the path and is no error; the result is undefined then.
 */
export type Keep = <T>(path: string, read: () => Promise<T>) => Promise<T | undefined>;

/** One kind of evidence. */
export interface Part {
  /** Folder of the archive. */
  folder: string;
  about: string;
  collect(scene: Scene, keep: Keep): Promise<unknown>;
}

export interface EvidenceFile {
  path: string;
  text: string;
}

/** What could not be collected, and why. */
export interface Missing {
  path: string;
  reason: string;
}

export interface Collected {
  files: readonly EvidenceFile[];
  missing: readonly Missing[];
}
