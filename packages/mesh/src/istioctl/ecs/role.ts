import { MeshbedError } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';

/** Annotations that bind a service account to an AWS role; the first is the one that is written. */
export const roleAnnotations = ['ecs.solo.io/role-arn', 'eks.amazonaws.com/role-arn'] as const;

/**
 * Lets tasks with `roleArn` be `serviceAccount`. @returns whether anything changed
 * @throws MeshbedError when the service account is missing or bound to another role
 */
export async function authorizeRole(
  kube: KubeApi,
  { namespace, name }: { namespace: string; name: string },
  roleArn: string,
): Promise<boolean> {
  const account = await kube.get(resources.serviceAccounts, name, namespace);
  if (!account) {
    throw new MeshbedError('user/service-account', `there is no service account ${namespace}/${name}`, {
      next: `kubectl -n ${namespace} create serviceaccount ${name}`,
    });
  }
  const bound = boundRole(account);
  if (bound === roleArn) return false;
  if (bound !== undefined) {
    throw new MeshbedError('user/role', `service account ${namespace}/${name} is bound to another role: ${bound}`, {
      object: roleArn,
      next: `kubectl -n ${namespace} annotate serviceaccount ${name} ${roleAnnotations[0]}-`,
    });
  }
  await kube.mergePatch(account, { metadata: { annotations: { [roleAnnotations[0]]: roleArn } } });
  return true;
}

const boundRole = ({ metadata }: KubeObject) =>
  roleAnnotations.map((name) => metadata.annotations?.[name]).find((role) => role !== undefined);
