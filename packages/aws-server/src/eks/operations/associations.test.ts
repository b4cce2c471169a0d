import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eksBed, type EksBed, name, podRole } from '../../testing/eks.ts';
import { clusterAccess } from '../access.ts';

let bed: EksBed;
beforeEach(async () => {
  bed = await eksBed();
  await bed.create();
  await bed.settle();
});
afterEach(() => bed[Symbol.asyncDispose]());

const clusterName = name;
const triple = { clusterName, namespace: 'istio-system', serviceAccount: 'istiod' };
const associate = (more: object = {}) =>
  bed.eks.send(new CreatePodIdentityAssociationCommand({ ...triple, roleArn: podRole, ...more }));

test('pod identity: an association is made, listed without its role, changed and deleted', async () => {
  const { association } = await associate();
  const associationId = association?.associationId ?? '';
  expect(association?.associationArn).toBe(
    `arn:aws:eks:us-east-2:111111111111:podidentityassociation/${name}/${associationId}`,
  );
  const listed = await bed.eks.send(new ListPodIdentityAssociationsCommand(triple));
  expect(listed.associations).toEqual([{ ...triple, associationId, associationArn: association?.associationArn }]);
  expect(
    (await bed.eks.send(new ListPodIdentityAssociationsCommand({ clusterName, namespace: 'other' }))).associations,
  ).toEqual([]);
  await bed.clock.advance(60_000);
  const update = new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn: `${podRole}-2` });
  const updated = (await bed.eks.send(update)).association;
  expect(updated?.roleArn).toBe(`${podRole}-2`);
  expect(updated?.modifiedAt?.getTime()).toBeGreaterThan(updated?.createdAt?.getTime() ?? 0);
  await bed.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  await expect(
    bed.eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

const refused: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'a second one for the service account',
    () => associate().then(() => associate()),
    'ResourceInUseException',
    /Association already exists: a-/,
  ],
  [
    'a role of another account',
    () => associate({ roleArn: 'arn:aws:iam::222222222222:role/x' }),
    'AccessDeniedException',
    /iam:PassRole/,
  ],
  ['no role ARN', () => associate({ roleArn: 'x' }), 'InvalidParameterException', /not valid/],
  ['an unknown cluster', () => associate({ clusterName: 'none' }), 'ResourceNotFoundException', /No cluster found/],
  ['a target role', () => associate({ targetRoleArn: podRole }), 'InvalidParameterException', /targetRoleArn/],
];
test.each(refused)('pod identity: %s is refused', async (_, call, error, message) => {
  await expect(call()).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

const creator = 'arn:aws:iam::111111111111:user/admin';
const principalArn = 'arn:aws:iam::111111111111:role/team/operators';
const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';

test('access entries: the creator administers the cluster', async () => {
  expect((await bed.eks.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries).toEqual([creator]);
  const { associatedAccessPolicies } = await bed.eks.send(
    new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn: creator }),
  );
  expect(associatedAccessPolicies).toMatchObject([
    { policyArn: expect.stringMatching(/AmazonEKSClusterAdminPolicy$/), accessScope: { type: 'cluster' } },
  ]);
});

test('access entries: are made, given policies, used and deleted', async () => {
  const { accessEntry } = await bed.eks.send(
    new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: ['viewers'] }),
  );
  expect(accessEntry).toMatchObject({
    type: 'STANDARD',
    username: 'arn:aws:sts::111111111111:assumed-role/operators/{{SessionName}}',
    accessEntryArn: expect.stringMatching(/access-entry\/istio-ecs-demo\/role\/111111111111\/operators\//),
  });
  const accessScope = { type: 'namespace' as const, namespaces: ['default'] };
  await bed.eks.send(new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn, accessScope }));
  const session = {
    kind: 'role-session' as const,
    account: '111111111111',
    arn: 'arn:aws:sts::111111111111:assumed-role/operators/ann',
    userId: 'AROA:ann',
    tags: new Map<string, string>(),
    roleName: 'operators',
    roleArn: principalArn,
    roleId: 'AROA',
    sessionName: 'ann',
    transitiveTagKeys: [],
    sessionPolicies: [],
  };
  const clusterArn = `arn:aws:eks:us-east-2:111111111111:cluster/${name}`;
  const access = () => clusterAccess(bed.server.aws.world, clusterArn, session);
  expect(access()).toEqual({
    username: 'arn:aws:sts::111111111111:assumed-role/operators/ann',
    groups: ['viewers'],
    policies: [{ name: 'AmazonEKSViewPolicy', namespaces: ['default'] }],
  });
  await bed.eks.send(new DisassociateAccessPolicyCommand({ clusterName, principalArn, policyArn }));
  expect(access()?.policies).toEqual([]);
  await bed.eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  expect(access()).toBeUndefined();
});

const entry = (more: object = {}) => bed.eks.send(new CreateAccessEntryCommand({ clusterName, principalArn, ...more }));
const entryFailures: [string, () => Promise<unknown>, string][] = [
  ['a taken principal', () => entry({ principalArn: creator }), 'ResourceInUseException'],
  ['a group of the system', () => entry({ kubernetesGroups: ['system:masters'] }), 'InvalidParameterException'],
  ['no principal ARN', () => entry({ principalArn: 'me' }), 'InvalidParameterException'],
  ['an unknown type', () => entry({ type: 'ODD' }), 'InvalidParameterException'],
  [
    'an unknown policy',
    () =>
      bed.eks.send(
        new AssociateAccessPolicyCommand({ clusterName, principalArn: creator, policyArn: 'x', accessScope: {} }),
      ),
    'InvalidParameterException',
  ],
  [
    'an unknown principal',
    () => bed.eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
    'ResourceNotFoundException',
  ],
];
test.each(entryFailures)('access entries: %s is refused', async (_, call, error) => {
  await expect(call()).rejects.toMatchObject({ name: error });
});

test('access entries: do not exist in a cluster that only uses its config map', async () => {
  await bed.create({ name: 'old', accessConfig: { authenticationMode: 'CONFIG_MAP' } });
  await expect(entry({ clusterName: 'old' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
});
