import { MeshbedError, type Program } from '@meshbed/core';
import { eastWestGateway, installCni, pilot, ztunnel } from '@meshbed/mesh';
import type { ServiceTable } from './cluster/service-table.ts';
import { type CommandImage, runCommand } from './images/command.ts';
import { echo } from './images/echo.ts';
import { istioTestingApp } from './images/istio-app.ts';
import { awsNode, azureCns, coreDns, kubeProxy } from './images/node-agents.ts';
import { podIdentityAgent } from './images/pod-identity-agent.ts';
import { shell } from './images/shell.ts';
import { Catalogue, type Image, withoutTag } from './runtime/catalogue.ts';

const image = (name: string, executable: string | undefined, program: Program): Image => ({
  name,
  executable,
  program: () => program,
});

/** Any registry serves the mesh's images: HUB is configurable. */
const meshImage = (name: string, executable: string, program: Program): Image => ({
  ...image(name, executable, program),
  anyRegistry: true,
});

/** What an image of the user stands for: a command of this machine, or another image of the sandbox. */
export type ImageMeaning = CommandImage | { image: string };

export interface CatalogueOptions {
  /** Images of the user by name; tags and digests don't matter. */
  images: Readonly<Record<string, ImageMeaning>>;
  machine: Readonly<Record<string, string>>;
}

/** The images that exist in the sandbox. @throws MeshbedError `user/unknown-image` */
export function createCatalogue({ images, machine }: CatalogueOptions): Catalogue {
  const known = new Catalogue([...shells(machine), ...builtIn]);
  return known.with(
    Object.entries(images).map(([reference, meaning]) => {
      const name = withoutTag(reference);
      return 'image' in meaning ? standIn(name, meaning.image, known) : commandImage(name, meaning, machine);
    }),
  );
}

function commandImage(name: string, command: CommandImage, machine: CatalogueOptions['machine']): Image {
  return {
    name,
    executable: undefined,
    program: () => (context) => runCommand(command, machine, context),
  };
}

function standIn(name: string, target: string, known: Catalogue): Image {
  const found = known.find(target);
  if (found) return { ...found, name, anyRegistry: false };
  throw new MeshbedError(
    'user/unknown-image',
    `the image ${name} stands for ${target}, which the sandbox doesn't have`,
    {
      object: name,
      next: `choose one of: ${[...shellNames, ...builtIn.map((each) => each.name)].join(', ')}`,
    },
  );
}

/** Images that people call others from. */
const shellNames = [
  'public.ecr.aws/j8r2p7b6/curl',
  'curlimages/curl',
  'quay.io/curl/curl',
  'alpine/curl',
  'nicolaka/netshoot',
];
const shells = (machine: CatalogueOptions['machine']): Image[] =>
  shellNames.map((name) => image(name, undefined, shell(machine)));

const builtIn: readonly Image[] = [
  image('public.ecr.aws/j8r2p7b6/echo-server', undefined, echo),
  image('gcr.io/istio-testing/app', undefined, istioTestingApp),
  meshImage('pilot', 'pilot-discovery', pilot),
  meshImage('ztunnel', 'ztunnel', ztunnel),
  meshImage('install-cni', 'install-cni', installCni),
  meshImage('proxyv2', 'pilot-agent', eastWestGateway),
  meshImage('amazon-k8s-cni', 'aws-node', awsNode),
  meshImage('azure-cns', 'azure-cns', azureCns),
  meshImage('eks-pod-identity-agent', 'eks-pod-identity-agent', podIdentityAgent),
];

/** The add-on images whose programs know one cluster's services. */
export const clusterImages = (services: () => ServiceTable): Image[] => [
  meshImage('kube-proxy', 'kube-proxy', kubeProxy(services)),
  meshImage('coredns', 'coredns', coreDns(services)),
];
