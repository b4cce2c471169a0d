import type { ResourceType } from '../arm/provider.ts';
import { invalid } from '../errors.ts';
import { containerVersions } from './versions.ts';

const patch = 4;
const minors = ['1.31', '1.32', '1.33'];
const usual = '1.32';

/** `1.32` of what was asked for; empty means the default. @throws ArmError K8sVersionNotSupported */
export function minorVersion(given: string, cluster: string): string {
  if (given === '') return usual;
  const minor = minors.find((each) => given === each || given === fullVersion(each));
  if (minor) return minor;
  throw invalid(
    'K8sVersionNotSupported',
    `Managed cluster ${cluster} is on version ${given} which is not supported in this region. Supported versions: ${minors.map(fullVersion).join(', ')}. For more information, please check https://aka.ms/supported-version-list.`,
  );
}

export const fullVersion = (minor: string): string => `${minor}.${patch}`;

/** What a new cluster may have, as clients ask today. */
export const kubernetesVersions: ResourceType = {
  versions: containerVersions,
  list: () => ({
    status: 200,
    body: {
      values: minors.map((version) => ({
        version,
        isDefault: version === usual,
        isPreview: null,
        capabilities: { supportPlan: ['KubernetesOfficial'] },
        patchVersions: { [fullVersion(version)]: { upgrades: upgradesOf(version) } },
      })),
    },
  }),
};

/** The same, as clients up to 2023 ask. */
export const orchestrators: ResourceType = {
  versions: { first: '2019-04-01', last: '2019-04-01' },
  list: ({ resource, name: location }) => ({
    status: 200,
    body: {
      id: resource,
      name: 'default',
      type: `Microsoft.ContainerService/locations/${location}/orchestrators`,
      properties: {
        orchestrators: minors.map((minor) => ({
          orchestratorType: 'Kubernetes',
          orchestratorVersion: fullVersion(minor),
          ...(minor === usual ? { default: true } : {}),
          upgrades: upgradesOf(minor).map((orchestratorVersion) => ({
            orchestratorType: 'Kubernetes',
            orchestratorVersion,
          })),
        })),
      },
    },
  }),
};

/** One minor version at a time. */
const upgradesOf = (minor: string): string[] =>
  minors
    .slice(minors.indexOf(minor) + 1)
    .slice(0, 1)
    .map(fullVersion);
