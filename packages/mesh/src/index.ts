/** The mesh: its control plane, its data plane, and the command that operates it. */
export { type BootstrapToken, decodeBootstrapToken, encodeBootstrapToken } from './bootstrap.ts';
export { installCni } from './cni/index.ts';
export { eastWestGateway } from './gateway/index.ts';
export { pilot } from './istiod/pilot.ts';
export { ztunnel } from './ztunnel/index.ts';
