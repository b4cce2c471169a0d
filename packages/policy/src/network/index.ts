/** Pure decisions of an IPv4 cloud network. */
export * from './azure-rules.ts';
export * from './cidr.ts';
export * from './longest-prefix.ts';
export * from './model.ts';
export * from './route/index.ts';
export * from './security-group.ts';
export * from './verdict.ts';
