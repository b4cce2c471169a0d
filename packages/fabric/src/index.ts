export { freeAddressCount } from './addresses.ts';
export type { ConnectionRecord } from './connections.ts';
export type { Cut } from './cuts.ts';
export type { DialOptions } from './dialer.ts';
export * from './errors.ts';
export * from './fabric.ts';
export type { Internet, InternetHost } from './internet.ts';
export * from './load-balancer.ts';
export type { ListenAddress } from './loopback/endpoints.ts';
export * from './model.ts';
export * from './names.ts';
export {
  describeRoute,
  describeVerdict,
  type DropReason,
  type Endpoint,
  type Hop,
  type HopKind,
  type NetworkState,
  type NetworkView,
  type Origin,
  routeState,
  routeTableOf,
  type Target,
  type UnreachableReason,
  type Verdict,
} from '@meshbed/policy/network';
