export { Channel, type ClientCall, type Transport } from './client.ts';
export type { CallOptions, Metadata } from './exchange.ts';
export { frame } from './framing.ts';
export { bidi, GrpcServer, type GrpcServerOptions, type Route, type ServerCall, unary } from './server.ts';
export { Code, GrpcError } from './status.ts';
