/** Pure decisions of an IPv4 cloud network. */
export * from './cidr.ts';
export * from './longest-prefix.ts';
export * from './security-group.ts';
