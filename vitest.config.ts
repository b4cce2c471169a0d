import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// One project per workspace: `npm test -- --project core`.
const packages = readdirSync(new URL('./packages', import.meta.url));

export default defineConfig({
  test: {
    // The default leaves one core to a watcher that is not there.
    maxWorkers: availableParallelism(),
    projects: packages.map((name) => ({
      extends: true,
      test: {
        name,
        root: `./packages/${name}`,
        include: ['src/**/*.test.ts'],
        environment: 'node',
        // Far more than anything takes, for busy machines.
        testTimeout: 60_000,
        hookTimeout: 60_000,
        expect: { poll: { timeout: 20_000 } },
      },
    })),
  },
});
