import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { ztunnelConfigs } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import { policyObject } from '../scenario/authorization.ts';
import { kubernetesOf } from '../scenario/kubernetes.ts';
import { namespaceAt } from '../scenario/place.ts';
import type { KubernetesName, PolicyName } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import type { TestContext } from './types.ts';

const apiVersion = 'security.istio.io/v1';
const kind = 'AuthorizationPolicy';

/** Where the exercises have their policies. */
export const guardedNamespace = ({ configuration, scenario }: RunContext): string =>
  namespaceAt(scenario.guarded, configuration.clusterName);

/** The cluster that has them. */
const guardedCluster = ({ scenario }: RunContext): KubernetesName => kubernetesOf(scenario.guarded);

export const guardedKube = (run: RunContext): Promise<KubeClient> => run.kube(guardedCluster(run));

function manifests({ scenario, configuration }: RunContext): Manifest[] {
  return scenario.policies.map((policy) => ({
    apiVersion,
    kind,
    ...policyObject(policy, scenario.guarded, configuration.clusterName),
  }));
}

/** Leaves exactly these of the scenario's policies in force. */
export async function setPolicies(run: RunContext, wanted: readonly PolicyName[]): Promise<void> {
  const kube = await guardedKube(run);
  await Promise.all(
    manifests(run).map((manifest) =>
      wanted.includes(manifest.metadata.name) ? kube.apply(manifest) : kube.delete(manifest),
    ),
  );
}

/** Names of the policies in the namespace, as Kubernetes has them now. */
export async function policiesInForce(kube: KubeClient, namespace: string): Promise<string[]> {
  return (await kube.list(apiVersion, kind, { namespace })).map(({ metadata }) => metadata.name).toSorted();
}

const propagationMs = 60_000;

/**
 * Asks the proxies until they have these of the scenario's policies and no other.
 * @throws MeshbedError `cloud/policy-vanished` when one is not in Kubernetes any more, `cloud/timeout`
 */
export async function awaitPolicies(test: TestContext, wanted: readonly PolicyName[]): Promise<void> {
  const namespace = guardedNamespace(test);
  const ours = test.scenario.policies.map(({ name }) => name);
  await until(
    async () => {
      const proxies = (await ztunnelConfigs(test, guardedCluster(test))).map(({ policies }) =>
        policies.filter((policy) => policy.namespace === namespace).map(({ name }) => name),
      );
      const late = ours.filter((name) => proxies.some((known) => known.includes(name) !== wanted.includes(name)));
      if (late.length === 0) return ready(true);
      await requireInForce(test, wanted);
      return waiting(`the proxies have not heard of ${late.join(', ')} yet`);
    },
    {
      clock: test.clock,
      signal: test.signal,
      what: `policies in ${namespace}`,
      timeoutMs: propagationMs * patienceOf(test),
      onWaiting: test.waiting,
      next: 'istioctl ztunnel-config policies',
    },
  );
}

/** @throws MeshbedError `cloud/policy-vanished` */
export async function requireInForce(test: RunContext, wanted: readonly PolicyName[]): Promise<string[]> {
  const namespace = guardedNamespace(test);
  const inForce = await policiesInForce(await guardedKube(test), namespace);
  const gone = wanted.filter((name) => !inForce.includes(name));
  if (gone.length > 0) throw vanished(namespace, gone);
  return inForce;
}

export function vanished(namespace: string, missing: readonly string[]): MeshbedError {
  return new MeshbedError('cloud/policy-vanished', `the policy ${missing.join(', ')} is no longer in ${namespace}`, {
    likely: 'somebody deleted it while the test ran, so that a refusal would prove nothing',
    next: `kubectl get authorizationpolicies -n ${namespace}`,
  });
}
