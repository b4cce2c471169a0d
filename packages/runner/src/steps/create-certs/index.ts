import { MeshbedError } from '@meshbed/core';
import {
  CertificateFolder,
  intermediateProblem,
  makeIntermediate,
  makeRoot,
  rootProblem,
  type CertificateFiles,
} from '../../certificates/index.ts';
import { meshClusterName } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

/** One root for the mesh and an intermediate for each cluster. What exists and fits is used again. */
export const createCerts: Step = declared(async (step) => {
  const folder = certificateFolder(step);
  const root = await ensureRoot(step, folder);
  for (const cluster of step.scenario.kubernetes) await ensureIntermediate(step, folder, { cluster, root });
});

export const certificateFolder = ({
  target,
  configuration,
}: Pick<StepContext, 'target' | 'configuration'>): CertificateFolder =>
  new CertificateFolder(target.workDir, configuration.clusterName);

function ensureRoot(step: StepContext, folder: CertificateFolder): Promise<CertificateFiles> {
  const make = async () => {
    const made = await makeRoot(step.configuration.clusterName, step.clock.now());
    folder.write('root', made);
    return made;
  };
  return step.ensure<CertificateFiles>({
    kind: 'root certificate',
    name: folder.path,
    find: async () => folder.read('root'),
    differs: (found) => rootProblem(found, step.clock.now()),
    create: make,
    update: make,
  });
}

async function ensureIntermediate(
  step: StepContext,
  folder: CertificateFolder,
  { cluster, root }: { cluster: KubernetesName; root: CertificateFiles },
): Promise<void> {
  const commonName = `Intermediate CA of ${meshClusterName(cluster)}`;
  const make = async () => {
    if (root.privateKeyPem === undefined) throw withoutRootKey(folder);
    const made = makeIntermediate(root, commonName, step.clock.now());
    folder.write(cluster, made);
    return made;
  };
  await step.ensure<CertificateFiles>({
    kind: 'intermediate certificate',
    name: `${folder.path}/${cluster}`,
    find: async () => folder.read(cluster),
    differs: (found) => intermediateProblem(found, root, step.clock.now()),
    create: make,
    update: make,
  });
}

const withoutRootKey = ({ path }: CertificateFolder) =>
  new MeshbedError('user/root-key', 'an intermediate has to be made, and the private key of the root is not there', {
    object: `${path}/root-key.pem`,
    likely: 'it is kept elsewhere',
    next: `put it back for this run, or remove ${path} to begin with a new root`,
  });
