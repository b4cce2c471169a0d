import type { KubeClient } from '@meshbed/clients/kube';
import { istioSystem, meshPrograms } from '../../mesh/components.ts';
import { declared } from '../declared.ts';
import { discoveryRoleArn } from '../infrastructure-iam/istiod-roles.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureAssociation } from './association.ts';
import { fingerprint, istioOperator, type EcsAccount } from './operator.ts';

/** Istio ambient, installed by istioctl, with istiod allowed to read the ECS accounts. */
export const istioInstall: Step = declared(async (step) => {
  const kube = await step.kube();
  await ensureAssociation(step);
  await ensureInstalled(step, kube);
});

/** On the namespace, so that other values are noticed without comparing every object of the installation. */
const installedAnnotation = 'meshbed/installation';

async function ensureInstalled(step: StepContext, kube: KubeClient): Promise<void> {
  const operator = istioOperator(step.configuration, ecsAccounts(step));
  const wanted = fingerprint(operator);
  const install = async () => {
    const istioctl = await step.istioctl();
    await istioctl.run(['install', '-y', '-f', '-'], { input: operator, onLine: step.report });
    await kube.patch({
      ...istioSystem,
      metadata: { ...istioSystem.metadata, annotations: { [installedAnnotation]: wanted } },
    });
    return wanted;
  };
  await step.ensure<string>({
    kind: 'Istio',
    name: `${step.configuration.istioTag} (profile ambient)`,
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
