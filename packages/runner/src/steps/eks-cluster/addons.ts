import { CreateAddonCommand, DescribeAddonCommand, type Addon } from '@aws-sdk/client-eks';
import { isNotFound } from '@meshbed/clients/aws';
import { eksAddons as addons } from '@meshbed/clients/eks';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import type { StepContext } from '../types.ts';

export async function ensureAddons(step: StepContext, when: keyof typeof addons): Promise<void> {
  await Promise.all(addons[when].map((name) => ensureAddon(step, name)));
  const awaited = when === 'with nodes' ? Object.values(addons).flat() : [];
  await Promise.all(awaited.map((name) => active(step, name)));
}

async function ensureAddon(step: StepContext, addonName: string): Promise<void> {
  const { local, configuration } = step;
  const clusterName = configuration.clusterName;
  await step.ensure<Addon>({
    kind: 'EKS add-on',
    name: addonName,
    find: () => findAddon(step, addonName),
    async create() {
      const { addon } = await local.eks.send(
        new CreateAddonCommand({ clusterName, addonName, resolveConflicts: 'OVERWRITE' }),
      );
      return addon as Addon;
    },
  });
}

function active(step: StepContext, name: string): Promise<Addon> {
  return step.wait({
    what: `EKS add-on ${name}`,
    timeoutMs: 10 * 60_000,
    next: `kubectl get pods -n kube-system`,
    condition: async () => progressOf(name, await findAddon(step, name)),
  });
}

function progressOf(name: string, addon: Addon | undefined): Progress<Addon> {
  if (addon?.status === 'ACTIVE') return ready(addon);
  const issues = (addon?.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`).join('; ');
  if (addon?.status === 'CREATE_FAILED') {
    throw new MeshbedError('cloud/eks-addon-failed', `the add-on ${name} could not be installed`, {
      object: name,
      likely: issues,
    });
  }
  return waiting(`add-on ${name} is ${addon?.status ?? 'not visible yet'}${issues === '' ? '' : ` (${issues})`}`);
}

async function findAddon({ local, configuration }: StepContext, addonName: string): Promise<Addon | undefined> {
  try {
    const { addon } = await local.eks.send(
      new DescribeAddonCommand({ clusterName: configuration.clusterName, addonName }),
    );
    return addon;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
