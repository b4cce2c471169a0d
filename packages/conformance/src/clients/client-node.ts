import type { Client } from './client.ts';

/** `@kubernetes/client-node`: always there, it is a dependency. */
export const clientNode: Client = {
  name: 'client-node',
  inCi: true,
  install: 'npm ci',
  find: () => Promise.resolve({ command: '', version: 'of the lockfile' }),
};
