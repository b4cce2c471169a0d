/** ECS services and tasks → ServiceEntry and WorkloadEntry objects. Pure. */
import { createHash } from 'node:crypto';
import { typeOf, resources } from '@meshbed/kube-client';
import type { ServiceEntry, WorkloadEntry } from '../objects.ts';
import type { EcsService, EcsTask } from './inventory.ts';
import { mappedPorts } from './ports.ts';
import { readTags, type TagSettings } from './tags.ts';

export interface DiscoveredIn {
  /** The role that saw it, or `default`. */
  role: string;
  domain: string;
  region: string;
}

export interface Translation {
  serviceEntry: ServiceEntry;
  workloadEntries: WorkloadEntry[];
  /** What was wrong with tags, each naming its resource. */
  problems: string[];
}

export const annotationsOf = { discoveredBy: 'ecs.solo.io/discovered-by', arn: 'ecs.solo.io/arn' } as const;
/** On everything that discovery makes. */
export const serviceLabel = 'ecs.solo.io/service';
const hostnameLabel = 'ecs.solo.io/hostname';
const workloadNameLabel = 'service.istio.io/workload-name';
const redirection = { 'ambient.istio.io/redirection': 'enabled' };

const defaults = { namespace: 'istio-system', serviceAccount: 'default' };

export function translate(service: EcsService, place: DiscoveredIn): Translation {
  const settings = readTags(service.tags);
  const hostname = settings.hostname ?? `${service.name}.${service.cluster}.${place.domain}`.toLowerCase();
  const labels = labelsOf(service, settings, hostname);
  const about: About = { service, settings, place, labels };
  return {
    serviceEntry: {
      ...typeOf(resources.serviceEntries),
      metadata: metadataOf(about, 'service', service.arn, objectName('ecs-service', service, place)),
      spec: {
        hosts: [hostname],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: settings.ports ?? mappedPorts(service.portMappings),
        workloadSelector: { labels: { [hostnameLabel]: labels[hostnameLabel] ?? '' } },
      },
    },
    workloadEntries: service.tasks.map((task) => workloadEntry(task, about)),
    problems: settings.problems.map((problem) => `${service.arn}: ${problem}`),
  };
}

interface About {
  service: EcsService;
  settings: TagSettings;
  place: DiscoveredIn;
  labels: Record<string, string>;
}

function workloadEntry(task: EcsTask, about: About): WorkloadEntry {
  const { settings, place, service } = about;
  const name = `${objectName('ecs-task', service, place)}-${task.id}`;
  const metadata = metadataOf(about, 'task', task.arn, name);
  const { zone } = task;
  return {
    ...typeOf(resources.workloadEntries),
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...(task.inMesh ? redirection : {}) } },
    spec: {
      address: task.ip,
      labels: about.labels,
      serviceAccount: settings.serviceAccount ?? defaults.serviceAccount,
      ...(zone === undefined ? {} : { locality: `${place.region}/${zone}` }),
    },
  };
}

function metadataOf({ service, settings, place, labels }: About, resource: string, arn: string, name: string) {
  return {
    name,
    namespace: settings.namespace ?? defaults.namespace,
    labels,
    annotations: {
      'ecs.solo.io/resource': resource,
      [annotationsOf.arn]: arn,
      [annotationsOf.discoveredBy]: place.role,
      'ecs.solo.io/cluster': service.cluster,
    } as Record<string, string>,
  };
}

const labelsOf = ({ name }: EcsService, settings: TagSettings, hostname: string) => ({
  ...settings.labels,
  [serviceLabel]: asLabel(name),
  [hostnameLabel]: asLabel(hostname),
  [workloadNameLabel]: asLabel(name),
});

const longestLabel = 63;

/** Label values are short; a longer one keeps its beginning and gets a digest, so that it stays unique. */
function asLabel(value: string): string {
  if (value.length <= longestLabel) return value;
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 8);
  return `${value.slice(0, longestLabel - 9).replace(/[^A-Za-z0-9]+$/, '')}-${digest}`;
}

/** `ecs-service-ACCOUNT-REGION-CLUSTER-SERVICE`: unique over accounts and clusters, and what people grep for. */
function objectName(kind: string, { arn, cluster, name }: EcsService, { region }: DiscoveredIn): string {
  const account = arn.split(':')[4] ?? '';
  return [kind, account, region, cluster, name]
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-');
}
