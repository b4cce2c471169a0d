import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, failures } from '../errors.ts';

export const fail: ReturnType<typeof failures<typeof ELB>> = failures<typeof ELB>();

export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

/** What the sandbox's load balancers can't do. */
export const unsupported = (what: string): AwsError =>
  new AwsError('UnsupportedOperation', `${what} is not supported by this sandbox.`);

/** @throws AwsError for anything but what the data plane carries. */
export function requireTcp(what: string, protocol: string | undefined): void {
  if (protocol !== undefined && protocol !== 'TCP') throw unsupported(`${what} ${protocol}`);
}
