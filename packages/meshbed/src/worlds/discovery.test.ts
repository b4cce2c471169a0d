import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, ecsCluster, mustPass, type World } from './world.ts';

const RoleName = 'istiod-local';
const preparing = { selection: { from: 'prepare_tests', to: 'prepare_tests' }, patience: 0.01 };
let world: World;
let trust: string;

// Everything but the enrolment, with an istiod that could never assume the role that reads ECS.
beforeAll(async () => {
  world = await createWorld('infrastructure_iam');
  const { Role } = await world.aws.iam.send(new GetRoleCommand({ RoleName }));
  trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
  await setTrust(trust.replace(/"Principal":\{[^}]*\}/, '"Principal":{"Service":"ec2.amazonaws.com"}'));
  await mustPass(world.run({ selection: { from: 'istio_install', to: 'k8s_namespaces' } }));
});

afterAll(() => world[Symbol.asyncDispose]());

function setTrust(PolicyDocument: string): Promise<unknown> {
  return world.aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
}

test('trust policy without istiod: discovery finds nothing, and the step says who may not assume which role', async () => {
  const { outcomes, failures } = await world.run(preparing);
  expect(outcomes).toMatchObject({ prepare_tests: 'failed' });
  expect(failures['prepare_tests']).toMatch(
    /no service echo-service in .*istiod: .*AccessDenied: User: \S+assumed-role\/istiod-eks-ecs-\S+ is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000001:role\/istiod-local/,
  );
});

test('no enrolment: step and test say that the tasks are not in the mesh, and no longer what istiod complained about', async () => {
  await setTrust(trust);
  const step = await world.run(preparing);
  expect(step.failures['prepare_tests']).toContain(
    `no service echo-service in ${ecsCluster} yet, but in istio-system: it is not enrolled`,
  );
  expect(step.failures['prepare_tests']).not.toContain('AccessDenied');
  const { failures } = await world.run({ selection: { testsOnly: true }, tests: ['discovery-workloads'] });
  expect(failures['discovery-workloads']).toMatch(
    /HBONE workloads: found 0, expected at least 2[^]*ecs-task-\S+-echo-service-\S+ in istio-system is TCP instead of HBONE: it is not enrolled/,
  );
});
