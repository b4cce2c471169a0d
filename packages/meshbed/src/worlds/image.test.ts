import { defaultConfiguration } from '@meshbed/runner';
import { expect, test } from 'vitest';
import { createWorld } from './world.ts';

test('unknown image: the step says that the task could not pull it', async () => {
  await using world = await createWorld();
  const { outcomes, failures, exitCode } = await world.run({
    steps: ['sso_login', 'eks_cluster', 'infrastructure_iam', 'ecs_clusters'],
    selection: { to: 'ecs_clusters' },
    configuration: {
      images: { ...defaultConfiguration.images, echo: 'public.ecr.aws/j8r2p7b6/nobody-made-this:latest' },
    },
  });
  expect(outcomes).toMatchObject({ ecs_clusters: 'failed' });
  expect(failures['ecs_clusters']).toMatch(/echo-service.*CannotPullContainerError.*nobody-made-this/);
  expect(exitCode).toBe(4);
});
