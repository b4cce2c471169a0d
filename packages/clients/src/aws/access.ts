import type { Clock } from '@meshbed/core';
import type { AwsCredentialIdentityProvider } from '@smithy/types';

/** How to reach one account. Only these facts differ between the sandbox and AWS. */
export interface AwsAccess {
  /** The account's twelve digits. */
  id: string;
  region: string;
  credentials: AwsCredentialIdentityProvider;
  /** Another place than AWS that answers all its APIs. */
  endpoint?: string;
  /** Signatures carry its time; default: the wall clock. */
  clock?: Clock;
  /** Surrounds every call; default: nothing. */
  around?: <T>(call: () => Promise<T>) => Promise<T>;
}
