import type { Configuration } from '../configuration/index.ts';
import type { KindId } from '../cleanup/types.ts';

/** What something costs while it exists, in US dollars. */
export interface Price {
  perHour: number;
  /** What was counted. */
  basis: string;
}

/** Where the prices are from; they differ by region and change. */
export const priceSource = {
  region: 'us-east-2 and eastus',
  date: '2026-01',
  note: 'on-demand list prices, to verify on the pricing pages; traffic and logs come on top',
};

const publicAddress = 0.005;
/** A quarter of a virtual CPU and half a gigabyte. */
const fargateTask = 0.25 * 0.04048 + 0.5 * 0.004445;
/** Per hour of a month, 80 GB each. */
const nodeVolume = (80 * 0.08) / 730;
/** Linux, on demand. */
const nodeTypes: Readonly<Record<string, number>> = {
  't2.small': 0.023,
  't2.medium': 0.0464,
  't2.large': 0.0928,
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't3.xlarge': 0.1664,
  't3a.medium': 0.0376,
  't3a.large': 0.0752,
  'm5.large': 0.096,
  'm5.xlarge': 0.192,
  'm6i.large': 0.096,
  'm7i.large': 0.1008,
  'c5.large': 0.085,
};

/** Azure, Linux, pay as you go. */
const vmSizes: Readonly<Record<string, number>> = {
  Standard_B2s: 0.0416,
  Standard_B2ms: 0.0832,
  Standard_B4ms: 0.166,
  Standard_D2s_v3: 0.096,
  Standard_D4s_v3: 0.192,
  Standard_D8s_v3: 0.384,
  Standard_D2s_v5: 0.096,
  Standard_D4s_v5: 0.192,
  Standard_D2as_v5: 0.086,
  Standard_D2ds_v5: 0.113,
  Standard_D4ds_v5: 0.226,
  Standard_DS2_v2: 0.146,
  Standard_DS3_v2: 0.293,
  Standard_DS4_v2: 0.585,
  Standard_E2s_v5: 0.126,
  Standard_F2s_v2: 0.0846,
  Standard_F4s_v2: 0.169,
};
/** Per hour of a month, 128 GB each. */
const nodeDisk = 19.71 / 730;
/** A standard load balancer with up to five rules, and the address under which nodes leave. */
const azureWayOut = 0.025 + publicAddress;

type Rate = (configuration: Configuration) => Price | undefined;
const fixed =
  (perHour: number, basis: string): Rate =>
  () => ({ perHour, basis });

const rates: Partial<Record<KindId, Rate>> = {
  'eks-cluster': fixed(0.1, 'control plane, standard support'),
  'node-group'({ nodeCount, nodeType }) {
    const node = nodeTypes[nodeType];
    if (node === undefined) return undefined;
    return { perHour: nodeCount * (node + nodeVolume), basis: `${nodeCount} × ${nodeType} with 80 GB` };
  },
  'aks-cluster'({ azure: { nodeCount, nodeSize } }) {
    const node = vmSizes[nodeSize];
    if (node === undefined) return undefined;
    const perHour = nodeCount * (node + nodeDisk) + azureWayOut;
    return { perHour, basis: `${nodeCount} × ${nodeSize} with 128 GB, load balancer, free control plane` };
  },
  'nat-gateway': fixed(0.045, 'gateway, without traffic'),
  'elastic-ip': fixed(publicAddress, 'public IPv4 address'),
  'load-balancer': fixed(0.0225, 'network load balancer, without capacity units'),
  'ecs-service': fixed(fargateTask + publicAddress, 'one Fargate task with a public IPv4 address'),
};

/** undefined for what costs nothing by existing, or whose price is not known. */
export function priceOf(kind: KindId, configuration: Configuration): Price | undefined {
  return rates[kind]?.(configuration);
}
