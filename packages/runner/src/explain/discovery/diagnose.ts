/** Why istiod has not published an ECS service, or what it published is out of date. Pure. */
import { names } from '../../configuration/names.ts';
import { aws } from '../commands.ts';
import type { Pod } from '../facts/objects.ts';
import type { DiscoveredAccount, DiscoveryFacts, EcsService, Facts } from '../facts/types.ts';
import type { Cause } from '../types.ts';
import { chainProblem } from './chain.ts';

export const restartIstiod = 'kubectl rollout restart deployment/istiod -n istio-system';

/** What can be said without knowing how istiod gets at the account. */
export function visibleProblem(facts: Facts, service: EcsService): Cause | undefined {
  const { mesh } = facts;
  if (!mesh.installed) return istioMissing(facts);
  const cluster = facts.ecs.find(({ name, account }) => name === service.cluster && account === service.account);
  if (cluster && !cluster.discoverable) return tagMissing(facts, cluster);
  if (!configuredFor(facts, service.account)) return notConfigured(facts, service);
  return undefined;
}

/** How istiod is configured to read an account. */
export function configuredFor({ mesh }: Facts, account: string): DiscoveredAccount | undefined {
  return mesh.ecsAccounts.find(({ roleArn }) => (roleArn?.split(':')[4] ?? mesh.account) === account);
}

/** Why istiod could not read the service's account if it began now: its identity, the chain of roles. */
export function accessProblem(facts: Facts, discovery: DiscoveryFacts, service: EcsService): Cause | undefined {
  const configured = configuredFor(facts, service.account);
  return identityProblem(facts, discovery) ?? chainProblem(facts, discovery, configured?.roleArn);
}

/** Never undefined: something is missing. */
export function discoveryProblem(facts: Facts, discovery: DiscoveryFacts, service: EcsService): Cause {
  return (
    visibleProblem(facts, service) ??
    accessProblem(facts, discovery, service) ??
    staleProblem(facts, discovery) ??
    pending(facts, service)
  );
}

const istioMissing = ({ mesh }: Facts): Cause => ({
  reason: 'istio-missing',
  object: `cluster ${mesh.cluster}`,
  account: mesh.account,
  says: `the cluster ${mesh.cluster} has no ConfigMap istio-system/istio: Istio is not installed`,
  fix: ['meshbed run --step istio_install'],
});

const tagMissing = (facts: Facts, { name, arn, account }: Facts['ecs'][number]): Cause => ({
  reason: 'discovery-tag-missing',
  object: arn,
  account,
  says: `the ECS cluster ${name} does not carry the tag ${names.discoveryTag}=true: istiod does not look into it`,
  fix: [aws(facts, account, `ecs tag-resource --resource-arn ${arn} --tags key=${names.discoveryTag},value=true`)],
});

function notConfigured({ mesh }: Facts, { account }: EcsService): Cause {
  const known = mesh.ecsAccounts.map(({ roleArn, domain }) => `${roleArn ?? 'its own role'} (${domain})`).join(', ');
  return {
    reason: 'account-not-configured',
    object: 'ConfigMap istio-system/istio',
    account: mesh.account,
    says: `istiod is not configured to discover ECS in account ${account}; it reads ${known || 'no account at all'}`,
    fix: ['meshbed run --step istio_install'],
  };
}

function identityProblem(facts: Facts, { association }: DiscoveryFacts): Cause | undefined {
  const { mesh } = facts;
  if (!association) {
    return {
      reason: 'association-missing',
      object: 'ServiceAccount istio-system/istiod',
      account: mesh.account,
      says: `istiod has no Pod Identity association in cluster ${mesh.cluster}, hence no AWS credentials`,
      fix: ['meshbed run --step istio_install', restartIstiod],
    };
  }
  const older = istiods(facts).find((pod) => !hasCredentials(pod));
  return older && associationNewer(facts, association, older);
}

/** Credentials are given to a pod when it is admitted. */
function staleProblem(facts: Facts, { association }: DiscoveryFacts): Cause | undefined {
  const older = istiods(facts).find(({ metadata }) => {
    // Pods tell the time to the second.
    return (
      association && Math.floor(association.changedAtMs / 1000) > Date.parse(metadata.creationTimestamp ?? '') / 1000
    );
  });
  return association && older && associationNewer(facts, association, older);
}

const istiods = ({ mesh }: Facts) =>
  mesh.pods.filter(({ metadata }) => metadata.namespace === 'istio-system' && metadata.labels?.['app'] === 'istiod');

const hasCredentials = ({ spec: { containers = [] } }: Pod) =>
  containers.some(({ env = [] }) => env.some(({ name }) => name === 'AWS_CONTAINER_CREDENTIALS_FULL_URI'));

function associationNewer(
  { mesh }: Facts,
  { id, roleArn, changedAtMs }: NonNullable<DiscoveryFacts['association']>,
  { metadata }: Pod,
): Cause {
  const changed = new Date(changedAtMs).toISOString();
  return {
    reason: 'association-newer-than-istiod',
    object: id,
    account: mesh.account,
    says: `the Pod Identity association ${id} (${roleArn}) is of ${changed}, newer than pod ${metadata.name} of ${metadata.creationTimestamp ?? 'an unknown time'}: istiod does not have its credentials`,
    fix: [restartIstiod],
  };
}

const pending = ({ mesh }: Facts, { name, cluster }: EcsService): Cause => ({
  reason: 'discovery-pending',
  object: `${cluster}/${name}`,
  account: mesh.account,
  says: `istiod may read ${cluster}, but has not published what is there now`,
  fix: ['kubectl logs deployment/istiod -n istio-system', restartIstiod],
});
