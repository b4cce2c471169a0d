import { defineConfig } from 'vitest/config';

// What takes too long for every test run: `npm run test:soak`. One file after the other: each fills the machine.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.soak.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 600_000,
  },
});
