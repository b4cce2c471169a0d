/** HBONE: tunnels for TCP connections over HTTP/2 CONNECT in mutual TLS, between workloads with SPIFFE identities. */
export { type Authority, canonicalIp, formatAuthority, isAddress, parseAuthority } from './authority.ts';
export { type ConnectionOptions, HboneConnection, type Tunnel } from './client/connection.ts';
export { HbonePool, type HbonePoolOptions, type TunnelRequest } from './client/pool.ts';
export { HboneError, type HboneErrorCode } from './errors.ts';
export { formatIdentity, identitiesOf, parseIdentity, type SpiffeIdentity } from './identity/index.ts';
export { HboneServer, type HboneServerOptions } from './server/index.ts';
export type { ConnectRequest, Responder } from './server/request.ts';
export { acceptSocks5, socksReply, type SocksRequest } from './socks5/index.ts';
export { credentialsOf, type TlsMaterial } from './tls/material.ts';
export { socketPair, splice, type SpliceOptions, type Transferred } from '@meshbed/core';
