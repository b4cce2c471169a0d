import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { ztunnelConfig } from '../mesh/ztunnel-config.ts';
import type { PolicyName } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import type { TestContext } from './types.ts';

/** The policies of the exercises. */
const specs: Record<PolicyName, object> = {
  // No rule matches anything, and a policy that allows is there: everything is refused.
  'deny-all': {},
  'allow-eks-to-echo': {
    action: 'ALLOW',
    rules: [{ from: [{ source: { namespaces: ['default'] } }], to: [{ operation: { ports: ['8080'] } }] }],
  },
};

const apiVersion = 'security.istio.io/v1';
const kind = 'AuthorizationPolicy';
const manifestOf = (namespace: string, name: PolicyName): Manifest => ({
  apiVersion,
  kind,
  metadata: { namespace, name },
  spec: specs[name],
});

export async function applyPolicies(
  kube: KubeClient,
  namespace: string,
  policies: readonly PolicyName[],
): Promise<void> {
  for (const name of policies) await kube.apply(manifestOf(namespace, name));
}

/** Deletes those that are there, whoever made them. */
export async function removePolicies(
  kube: KubeClient,
  namespace: string,
  policies: readonly PolicyName[],
): Promise<void> {
  await Promise.all(policies.map((name) => kube.delete(manifestOf(namespace, name))));
}

/** Names of the policies in the namespace, as Kubernetes has them now. */
export async function policiesInForce(kube: KubeClient, namespace: string): Promise<string[]> {
  return (await kube.list(apiVersion, kind, { namespace })).map(({ metadata }) => metadata.name).toSorted();
}

const propagationMs = 60_000;

/**
 * Asks a proxy until it has them all.
 * @throws MeshbedError `cloud/policy-vanished` when one is not in Kubernetes any more, `cloud/timeout`
 */
export async function awaitPolicies(
  test: TestContext,
  namespace: string,
  policies: readonly PolicyName[],
): Promise<void> {
  await until(
    async () => {
      const known = (await ztunnelConfig(test, 'policies')).filter((policy) => policy.namespace === namespace);
      const missing = policies.filter((name) => !known.some((policy) => policy.name === name));
      if (missing.length === 0) return ready(true);
      await requireInForce(test, namespace, missing);
      return waiting(`the proxies have not heard of ${missing.join(', ')} yet`);
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

async function requireInForce(test: TestContext, namespace: string, policies: readonly PolicyName[]): Promise<void> {
  const inForce = await policiesInForce(await test.kube(), namespace);
  const gone = policies.filter((name) => !inForce.includes(name));
  if (gone.length > 0) throw vanished(namespace, gone);
}

export function vanished(namespace: string, missing: readonly string[]): MeshbedError {
  return new MeshbedError('cloud/policy-vanished', `the policy ${missing.join(', ')} is no longer in ${namespace}`, {
    likely: 'somebody deleted it while the test ran, so that a refusal would prove nothing',
    next: `kubectl get authorizationpolicies -n ${namespace}`,
  });
}
