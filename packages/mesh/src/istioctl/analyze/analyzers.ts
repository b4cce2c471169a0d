import type { KubeObject } from '@meshbed/kube-client';

export type Level = 'Info' | 'Warning' | 'Error';

/** What one analyzer has to say about one object. Codes and texts are those of Istio's analysis messages. */
export interface Message {
  code: string;
  level: Level;
  object: KubeObject;
  text: string;
}

/** Objects by kind, as far as analyzers look at them. */
export interface Configuration {
  namespaces: readonly KubeObject[];
  services: readonly ServiceObject[];
  policies: readonly PolicyObject[];
  /** What selectors of policies can mean: pods and workload entries. */
  workloads: readonly KubeObject[];
}

export interface ServiceObject extends KubeObject {
  spec?: {
    clusterIP?: string;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string; appProtocol?: string }[];
  };
}

export interface PolicyObject extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    rules?: { from?: { source?: { namespaces?: string[]; notNamespaces?: string[] } }[] }[];
  };
}

export interface Analyzer {
  name: string;
  about: string;
  run: (configuration: Configuration) => Message[];
}

/** Namespaces of Kubernetes and Istio themselves. */
const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'istio-system', 'istio-eastwest']);
/** Any of these says whether a namespace is part of the mesh. */
const meshLabels = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'];
const protocols = /^(http|http2|https|tcp|tls|grpc|grpc-web|mongo|mysql|redis|udp)(-|$)/;

const notEnabled = ({ namespaces }: Configuration): Message[] =>
  namespaces
    .filter(
      ({ metadata: { name, labels = {} } }) => !systemNamespaces.has(name) && !meshLabels.some((l) => l in labels),
    )
    .map((object) => {
      const label = `kubectl label namespace ${object.metadata.name} istio-injection`;
      const text = `The namespace is not enabled for Istio injection. Run '${label}=enabled' to enable it, or '${label}=disabled' to explicitly mark it as not needing injection.`;
      return { code: 'IST0102', level: 'Info', object, text };
    });

const portNames = ({ services }: Configuration): Message[] =>
  services
    .filter(({ metadata: { namespace = '' } }) => !systemNamespaces.has(namespace))
    .flatMap((object) =>
      (object.spec?.ports ?? [])
        .filter(({ name = '', appProtocol, protocol }) => !appProtocol && protocol !== 'UDP' && !protocols.test(name))
        .map(({ name = '', port, targetPort = port }) => ({
          code: 'IST0118',
          level: 'Info' as const,
          object,
          text: `Port name ${name} (port: ${port}, targetPort: ${targetPort}) doesn't follow the naming convention of Istio port.`,
        })),
    );

function missingNamespaces({ policies, namespaces }: Configuration): Message[] {
  const known = new Set(namespaces.map(({ metadata }) => metadata.name));
  return policies.flatMap((object) => {
    const sources = (object.spec?.rules ?? []).flatMap(({ from = [] }) => from.map(({ source = {} }) => source));
    const named = sources.flatMap(({ namespaces: one = [], notNamespaces: other = [] }) => [...one, ...other]);
    const missing = [...new Set(named)].filter((name) => !name.includes('*') && !known.has(name));
    return missing.map((name) => ({
      code: 'IST0101',
      level: 'Error' as const,
      object,
      text: `Referenced namespace not found: "${name}"`,
    }));
  });
}

function withoutWorkloads({ policies, workloads }: Configuration): Message[] {
  const selects = ({ metadata: { namespace }, spec }: PolicyObject, { metadata }: KubeObject) =>
    (namespace === 'istio-system' || metadata.namespace === namespace) &&
    Object.entries(spec?.selector?.matchLabels ?? {}).every(([key, value]) => metadata.labels?.[key] === value);
  return policies
    .filter((policy) => policy.spec?.selector && !workloads.some((workload) => selects(policy, workload)))
    .map((object) => {
      const labels = Object.entries(object.spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
      const text = `No matching workloads for this resource with the following labels: ${labels.join(',')}`;
      return { code: 'IST0127', level: 'Warning', object, text };
    });
}

export const analyzers: readonly Analyzer[] = [
  {
    name: 'auth.AuthorizationPoliciesAnalyzer',
    about: 'Checks that namespaces in authorization policies exist, and that their selectors mean a workload',
    run: (configuration) => [...missingNamespaces(configuration), ...withoutWorkloads(configuration)],
  },
  {
    name: 'injection.Analyzer',
    about: 'Checks whether namespaces say if they are part of the mesh',
    run: notEnabled,
  },
  { name: 'service.PortNameAnalyzer', about: 'Checks that names of service ports say their protocol', run: portNames },
];
