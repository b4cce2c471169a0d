/** How istiod gets at ECS: read only when discovery is what a connection lacks. */
import { DescribePodIdentityAssociationCommand, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type IAMClient,
  type Role,
} from '@aws-sdk/client-iam';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import type { PolicyDocument } from '@meshbed/policy/iam';
import type { DiscoveryFacts, MeshFacts, RoleFacts } from './types.ts';

const subject = { namespace: 'istio-system', serviceAccount: 'istiod' };

/** @param accounts the account of the Kubernetes cluster first. */
export async function readDiscovery(accounts: readonly AwsClients[], mesh: MeshFacts): Promise<DiscoveryFacts> {
  const [home] = accounts;
  const association = home && (await readAssociation(home, mesh.cluster));
  const arns = [association?.roleArn, ...mesh.ecsAccounts.map(({ roleArn }) => roleArn)];
  const roles = [...new Set(arns)].filter((arn) => arn !== undefined);
  const found = await Promise.all(roles.map(async (arn) => [arn, await readRole(accounts, arn)] as const));
  return { ...(association ? { association } : {}), roles: new Map(found) };
}

async function readAssociation({ eks }: AwsClients, clusterName: string): Promise<DiscoveryFacts['association']> {
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName, ...subject }));
  const associationId = associations[0]?.associationId;
  if (associationId === undefined) return undefined;
  const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
  const { association = {} } = await eks.send(command);
  const { roleArn = '', createdAt, modifiedAt, disableSessionTags } = association;
  const changedAtMs = Math.max(createdAt?.getTime() ?? 0, modifiedAt?.getTime() ?? 0);
  return { id: associationId, roleArn, changedAtMs, sessionTags: disableSessionTags !== true };
}

/** `missing` when there is no such role, `unread` when it is in an account that nobody gave credentials for. */
export async function readRole(accounts: readonly AwsClients[], arn: string): Promise<RoleFacts> {
  const account = arn.split(':')[4] ?? '';
  const iam = accounts.find(({ access }) => access.id === account)?.iam;
  if (!iam) return { state: 'unread', arn, account };
  const RoleName = arn.split('/').at(-1) ?? '';
  try {
    const [{ Role: role }, policies] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      readPolicies(iam, RoleName),
    ]);
    return { state: 'found', account, policies, ...roleParts(role, arn) };
  } catch (error) {
    if (isNotFound(error)) return { state: 'missing', arn, account };
    throw error;
  }
}

const roleParts = (role: Role | undefined, arn: string) => ({
  arn: role?.Arn ?? arn,
  name: role?.RoleName ?? '',
  id: role?.RoleId ?? '',
  trust: documentOf(role?.AssumeRolePolicyDocument),
});

async function readPolicies(iam: IAMClient, RoleName: string): Promise<PolicyDocument[]> {
  const [inline, attached] = await Promise.all([
    all(paginateListRolePolicies({ client: iam }, { RoleName }), ({ PolicyNames }) => PolicyNames),
    all(paginateListAttachedRolePolicies({ client: iam }, { RoleName }), ({ AttachedPolicies }) => AttachedPolicies),
  ]);
  return Promise.all([
    ...inline.map(async (PolicyName) => {
      return documentOf((await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument);
    }),
    ...attached.map(({ PolicyArn = '' }) => readManaged(iam, PolicyArn)),
  ]);
}

async function readManaged(iam: IAMClient, PolicyArn: string): Promise<PolicyDocument> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId ?? 'v1';
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return documentOf(PolicyVersion?.Document);
}

async function all<P, T>(pages: AsyncIterable<P>, of: (page: P) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
}

/** IAM percent-encodes the documents it returns. */
function documentOf(text: string | undefined): PolicyDocument {
  return text === undefined ? { Statement: [] } : (JSON.parse(decodeURIComponent(text)) as PolicyDocument);
}
