import { invalid } from '../errors.ts';

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
