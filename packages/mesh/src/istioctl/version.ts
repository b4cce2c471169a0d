import type { KubeApi } from '@meshbed/kube-client';
import { type CommandInput, text } from './context.ts';
import { rendered } from './output.ts';
import { type Pod, runningPods } from './pods.ts';

/** The release whose arguments and output this stand-in follows. */
export const clientVersion = '1.28.1-solo';
export const defaultHub = 'us-docker.pkg.dev/soloio-img/istio';

/** What Go's build says of itself; of this stand-in, that is not much. */
interface BuildInfo {
  version: string;
  revision: string;
  golang_version: string;
  status: string;
  tag: string;
}

interface Versions {
  clientVersion: BuildInfo;
  meshVersion?: { Component: string; Info: BuildInfo }[];
  dataPlaneVersion?: { ID: string; IstioVersion: string }[];
}

/** `istioctl version`: the client's version, and those of istiod and the proxies if the cluster has them. */
export async function version({ flags, context, kube }: CommandInput): Promise<void> {
  const clientOnly = flags['remote'] === 'false';
  const found: Versions = {
    clientVersion: buildOf(clientVersion),
    ...(clientOnly ? {} : await meshVersions(await kube())),
  };
  if (!clientOnly && found.meshVersion === undefined) context.writeError('Istio is not present in the cluster\n');
  const lines = flags['short'] === 'false' ? longLines : shortLines;
  context.write(
    rendered(found, text(flags['output'])) ??
      lines(found)
        .map((line) => `${line}\n`)
        .join(''),
  );
}

const buildOf = (known: string): BuildInfo => ({
  version: known,
  revision: 'unknown',
  golang_version: 'unknown',
  status: 'unknown',
  tag: known,
});

/** One line for the control plane as long as all of it has the same version. */
function shortLines({ clientVersion: client, meshVersion, dataPlaneVersion = [] }: Versions): string[] {
  const control = meshVersion ?? [];
  const isUniform = new Set(control.map(({ Info }) => Info.version)).size === 1;
  const controlLines = isUniform
    ? [`control plane version: ${control[0]?.Info.version}`]
    : control.map(({ Component, Info }) => `${Component} version: ${Info.version}`);
  const data = dataPlaneVersion.length === 0 ? 'none' : dataPlane(dataPlaneVersion);
  return [
    `client version: ${client.version}`,
    ...controlLines,
    ...(meshVersion ? [`data plane version: ${data}`] : []),
  ];
}

/** As Go prints its values. */
function longLines({ clientVersion: client, meshVersion = [], dataPlaneVersion = [] }: Versions): string[] {
  return [
    `client version: ${printed(client)}`,
    ...meshVersion.map(({ Component, Info }) => `${Component} version: ${printed(Info)}`),
    ...dataPlaneVersion.map(
      ({ ID, IstioVersion }) => `data plane version: version.ProxyInfo{ID:"${ID}", IstioVersion:"${IstioVersion}"}`,
    ),
  ];
}

const printed = ({ version: known, revision, golang_version: go, status, tag }: BuildInfo) =>
  `version.BuildInfo{Version:"${known}", GitRevision:"${revision}", GolangVersion:"${go}", BuildStatus:"${status}", GitTag:"${tag}"}`;

async function meshVersions(kube: KubeApi): Promise<Omit<Versions, 'clientVersion'>> {
  const istiods = await runningPods(kube, 'app=istiod');
  if (istiods.length === 0) return {};
  const meshVersion = istiods.map(async (pod) => ({
    Component: 'pilot',
    Info: buildOf(await versionOf(kube, pod)),
  }));
  const proxies = await runningPods(kube, 'app=ztunnel');
  const dataPlaneVersion = proxies.map(({ metadata, spec }) => ({
    ID: `${metadata.name}.${metadata.namespace}`,
    IstioVersion: spec.containers[0]?.image.split(':').at(-1) ?? 'unknown',
  }));
  return { meshVersion: await Promise.all(meshVersion), dataPlaneVersion };
}

async function versionOf(kube: KubeApi, { metadata }: Pod): Promise<string> {
  const place = { namespace: metadata.namespace ?? '', pod: metadata.name };
  const answer = await kube.getInside(place, 15_014, '/version');
  return /"(?:version|Version)":\s*"([^"]+)"/.exec(answer)?.[1] ?? answer.trim();
}

function dataPlane(proxies: readonly { IstioVersion: string }[]): string {
  const counts = new Map<string, number>();
  for (const { IstioVersion } of proxies) counts.set(IstioVersion, (counts.get(IstioVersion) ?? 0) + 1);
  return [...counts].map(([tag, count]) => `${tag} (${count} ${count === 1 ? 'proxy' : 'proxies'})`).join(', ');
}
