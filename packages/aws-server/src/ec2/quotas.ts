import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { type FabricKind, own } from './objects.ts';

type Limited = Extract<FabricKind, 'vpc' | 'elastic-ip'>;

/** Default quotas per account and region; a run that exceeds one fails in AWS too. */
const quotas: Readonly<Record<Limited, { most: number; code: string; message: string }>> = {
  vpc: { most: 5, code: 'VpcLimitExceeded', message: 'The maximum number of VPCs has been reached.' },
  'elastic-ip': { most: 5, code: 'AddressLimitExceeded', message: 'The maximum number of addresses has been reached.' },
};

export const quotaOf = (kind: Limited): number => quotas[kind].most;

/** @throws AwsError when the account has as many as it may. */
export function checkQuota(context: Context, kind: Limited): void {
  const { most, code, message } = quotas[kind];
  if (own(context, kind).length >= most) throw new AwsError(code, message);
}
