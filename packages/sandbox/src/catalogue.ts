import type { Program } from '@meshbed/core';
import { eastWestGateway, installCni, pilot, ztunnel } from '@meshbed/mesh';
import type { ServiceTable } from './cluster/service-table.ts';
import { type CommandImage, runCommand } from './images/command.ts';
import { echo } from './images/echo.ts';
import { istioTestingApp } from './images/istio-app.ts';
import { awsNode, coreDns, kubeProxy } from './images/node-agents.ts';
import { podIdentityAgent } from './images/pod-identity-agent.ts';
import { shell } from './images/shell.ts';
import { Catalogue, type Image } from './runtime/catalogue.ts';

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

export interface CatalogueOptions {
  /** Images of the user: name → command of this machine. */
  images: Readonly<Record<string, CommandImage>>;
  machine: Readonly<Record<string, string>>;
}

/** The images that exist in the sandbox. */
export function createCatalogue({ images, machine }: CatalogueOptions): Catalogue {
  const own = Object.entries(images).map(([name, command]) => ({
    name,
    executable: undefined,
    program: () => (context: Parameters<Program>[0]) => runCommand(command, machine, context),
  }));
  return new Catalogue([
    ...own,
    image('public.ecr.aws/j8r2p7b6/echo-server', undefined, echo),
    image('public.ecr.aws/j8r2p7b6/curl', undefined, shell),
    image('curlimages/curl', undefined, shell),
    image('gcr.io/istio-testing/app', undefined, istioTestingApp),
    meshImage('pilot', 'pilot-discovery', pilot),
    meshImage('ztunnel', 'ztunnel', ztunnel),
    meshImage('install-cni', 'install-cni', installCni),
    meshImage('proxyv2', 'pilot-agent', eastWestGateway),
    meshImage('amazon-k8s-cni', 'aws-node', awsNode),
    meshImage('eks-pod-identity-agent', 'eks-pod-identity-agent', podIdentityAgent),
  ]);
}

/** The add-on images whose programs know one cluster's services. */
export const clusterImages = (services: () => ServiceTable): Image[] => [
  meshImage('kube-proxy', 'kube-proxy', kubeProxy(services)),
  meshImage('coredns', 'coredns', coreDns(services)),
];
