import { defineConfig } from 'vitest/config';

// Real clients against one sandbox: `npm run test:conformance`. Needs programs that `npm test` must not.
export default defineConfig({
  test: {
    include: ['packages/conformance/src/**/*.conformance.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './packages/conformance/src/report/reporter.ts'],
  },
});
