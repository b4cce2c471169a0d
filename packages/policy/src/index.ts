export * from './iam/index.ts';
export * from './istio/index.ts';
export * from './network/index.ts';
