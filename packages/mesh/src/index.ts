/** The programs of the mesh, as images run them. */
export { installCni } from './cni/index.ts';
export { eastWestGateway } from './gateway/index.ts';
export { pilot } from './istiod/pilot.ts';
export { ztunnel } from './ztunnel/index.ts';
