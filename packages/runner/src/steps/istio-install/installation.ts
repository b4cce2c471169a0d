import { istioSystem, meshPrograms } from '../../mesh/components.ts';
import { isMulticluster, membershipOf } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { discoveryRoleArn } from '../infrastructure-iam/istiod-roles.ts';
import type { StepContext } from '../types.ts';
import { fingerprint, istioOperator, type EcsAccount } from './operator.ts';

/** On the namespace, so that other values are noticed without comparing every object of the installation. */
const installedAnnotation = 'meshbed/installation';

/** Istio ambient in one cluster; istiod in EKS discovers ECS. */
export async function ensureInstalled(step: StepContext, cluster: KubernetesName): Promise<void> {
  const kube = await step.kube(cluster);
  const operator = istioOperator(step.configuration, {
    membership: membershipOf(step.scenario, step.configuration, cluster),
    accounts: cluster === 'eks' ? ecsAccounts(step) : [],
  });
  const wanted = fingerprint(operator);
  const install = async () => {
    const istioctl = await step.istioctl(cluster);
    await istioctl.run(['install', '-y', '-f', '-'], { input: operator, onLine: step.report });
    await kube.patch({
      ...istioSystem,
      metadata: { ...istioSystem.metadata, annotations: { [installedAnnotation]: wanted } },
    });
    return wanted;
  };
  const where = isMulticluster(step.scenario) ? ` in ${cluster}` : '';
  await step.ensure<string>({
    kind: 'Istio',
    name: `${step.configuration.istioTag} (profile ambient)${where}`,
    async find() {
      const namespace = await kube.get(istioSystem);
      const programs = await Promise.all(meshPrograms.map((program) => kube.get(program)));
      if (!namespace || programs.includes(undefined)) return undefined;
      return namespace.metadata.annotations?.[installedAnnotation] ?? 'unknown';
    },
    differs: (found) => (found === wanted ? undefined : 'it was installed with other values'),
    create: install,
    update: install,
  });
}

/** istiod reads each account through a role, and names its hosts after the domain of the account. */
function ecsAccounts(step: StepContext): EcsAccount[] {
  const accounts = step.scenario.ecsClusters.map(({ account, domain }) => ({
    role: discoveryRoleArn(step, account),
    domain,
  }));
  return [...new Map(accounts.map((account) => [account.role, account])).values()];
}
