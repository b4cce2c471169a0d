import { messageOf } from '@meshbed/core';
import type { SessionCredential } from '../accounts/sessions.ts';
import { assumeRoleAsService } from '../authorization/index.ts';
import type { Context } from '../context.ts';
import { type AssociationRecord, type ClusterRecord, EksState } from '../eks/state.ts';
import { AwsError } from '../errors.ts';
import type { ServiceAccountSubject } from '../hosts.ts';

export interface AssumeRoleForPodIdentityRequest {
  clusterName: string;
  /** A pod's projected service account token for the audience of Pod Identity. */
  token: string;
}

export interface AssumeRoleForPodIdentityResponse {
  subject: { namespace: string; serviceAccount: string };
  audience: string;
  podIdentityAssociation: { associationArn: string; associationId: string };
  assumedRoleUser: { arn: string; assumeRoleId: string };
  credentials: { sessionToken: string; secretAccessKey: string; accessKeyId: string; expiration: Date };
}

const audience = 'pods.eks.amazonaws.com';
const ttlMs = 6 * 3_600_000;

/**
 * Credentials of the role that the pod's service account is associated with. The role is looked up anew at each call:
 * a pod that asks again gets the role of a changed association, a pod that still holds credentials does not notice.
 *
 * @throws AwsError ResourceNotFoundException, InvalidTokenException, ExpiredTokenException, AccessDeniedException
 */
export function assumeRoleForPodIdentity(
  { clusterName, token }: AssumeRoleForPodIdentityRequest,
  context: Context,
): AssumeRoleForPodIdentityResponse {
  const { world } = context;
  const cluster = context.state(EksState).clusters.get(clusterName);
  if (!cluster) throw notFound(`No cluster found for name: ${clusterName}.`);
  const subject = world.kubernetes.verifyServiceAccountToken(clusterName, token, audience);
  if (!subject) throw tokenProblem(token, world.clock.now());
  const found = associationFor(cluster, subject);
  const roleArn = world.faults?.podRole?.({ cluster: clusterName, ...subject }, found.roleArn) ?? found.roleArn;
  const association = { ...found, roleArn };
  const credential = assume(context, { cluster, subject, association });
  world.log.write('eks-auth', 'credentials issued', { cluster: clusterName, ...subject, role: association.roleArn });
  return answerOf(subject, association, credential);
}

function associationFor(
  cluster: ClusterRecord,
  { namespace, serviceAccount }: ServiceAccountSubject,
): AssociationRecord {
  const association = [...cluster.associations.values()].find(
    (candidate) => candidate.namespace === namespace && candidate.serviceAccount === serviceAccount,
  );
  if (association) return association;
  throw notFound(
    `No association found for the service account ${serviceAccount} in namespace ${namespace} of cluster ${cluster.name}.`,
  );
}

interface Pod {
  cluster: ClusterRecord;
  subject: ServiceAccountSubject;
  association: AssociationRecord;
}

function assume({ world }: Context, { cluster, subject, association }: Pod): SessionCredential {
  const tags = association.disableSessionTags ? new Map<string, string>() : sessionTags(cluster, subject);
  try {
    return assumeRoleAsService(world, {
      service: audience,
      roleArn: association.roleArn,
      sourceArn: cluster.arn,
      sessionName: sessionName(cluster, subject, world.ids.uuid()),
      tags,
      transitiveTagKeys: [...tags.keys()],
      ttlMs,
    });
  } catch (cause) {
    throw new AwsError(
      'AccessDeniedException',
      `Unauthorized Exception! EKS does not have permissions to assume the associated role. (${messageOf(cause)})`,
      { cause },
    );
  }
}

/** All six are transitive: roles that the pod assumes further on must allow sts:TagSession. */
const sessionTags = (cluster: ClusterRecord, subject: ServiceAccountSubject) =>
  new Map([
    ['eks-cluster-arn', cluster.arn],
    ['eks-cluster-name', cluster.name],
    ['kubernetes-namespace', subject.namespace],
    ['kubernetes-service-account', subject.serviceAccount],
    ['kubernetes-pod-name', subject.pod],
    ['kubernetes-pod-uid', subject.podUid],
  ]);

const longestSessionName = 64;

/** `eks-CLUSTER-POD-UUID`, cut to what a session name may be. */
function sessionName({ name }: ClusterRecord, { pod }: ServiceAccountSubject, id: string): string {
  const tail = `-${id}`;
  return `eks-${name.slice(0, 10)}-${pod}`.slice(0, longestSessionName - tail.length) + tail;
}

const answerOf = (
  { namespace, serviceAccount }: ServiceAccountSubject,
  association: AssociationRecord,
  { principal, accessKeyId, secretAccessKey, sessionToken, expiresAtMs }: SessionCredential,
): AssumeRoleForPodIdentityResponse => ({
  subject: { namespace, serviceAccount },
  audience,
  podIdentityAssociation: { associationArn: association.arn, associationId: association.id },
  assumedRoleUser: { arn: principal.arn, assumeRoleId: principal.userId },
  credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresAtMs) },
});

const notFound = (message: string) => new AwsError('ResourceNotFoundException', message);

/** Why the cluster did not accept a token, as far as the token itself tells. */
function tokenProblem(token: string, nowMs: number): AwsError {
  const expiresAtSeconds = expiryOf(token);
  if (expiresAtSeconds !== undefined && expiresAtSeconds * 1000 <= nowMs) {
    return new AwsError('ExpiredTokenException', 'The pod identity service account token has expired.');
  }
  return new AwsError('InvalidTokenException', 'The pod identity service account token is not valid.');
}

function expiryOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}
