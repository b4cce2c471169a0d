import { defineConfig } from 'vitest/config';

// Real clients against one sandbox: `npm run test:conformance`. Needs programs that `npm test` must not.
export default defineConfig({
  test: {
    include: ['packages/conformance/src/**/*.conformance.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './packages/conformance/src/report/reporter.ts'],
  },
});
