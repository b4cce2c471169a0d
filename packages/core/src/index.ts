export * from './clock.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './ids.ts';
export * from './loopback/index.ts';
export * from './program.ts';
export * from './until.ts';
export * from './workload.ts';
