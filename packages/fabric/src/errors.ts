import type { Verdict } from '@meshbed/policy/network';

/** The first three as the operating system names them for a failed connect, EADDRINUSE for a taken port; the others as EC2 does. */
export type FabricErrorCode =
  | 'ETIMEDOUT'
  | 'ECONNREFUSED'
  | 'EHOSTUNREACH'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'InsufficientFreeAddressesInSubnet'
  | 'InvalidSubnetID.NotFound'
  | 'InvalidNetworkInterfaceID.NotFound'
  | 'AddressLimitExceeded';

/** `verdict` is there when the network decided so. */
export class FabricError extends Error {
  readonly code: FabricErrorCode;
  readonly verdict: Verdict | undefined;

  constructor(code: FabricErrorCode, message: string, verdict?: Verdict, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FabricError';
    this.code = code;
    this.verdict = verdict;
  }
}
