import type { Container, PodSpec, Probe, Volume } from '../objects/index.ts';

/** Defaults of a pod's or a template's spec, as `kubectl get -o yaml` shows them. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.schedulerName ??= 'default-scheduler';
  spec.securityContext ??= {};
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ??= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.resources ??= {};
  const { limits, requests } = container.resources;
  if (limits) container.resources.requests = { ...limits, ...requests };
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) defaultProbe(probe);
}

/** No tag, or `latest`; a digest is never latest. */
function isLatest(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (name.includes('@')) return false;
  return !name.includes(':') || name.endsWith(':latest');
}

function defaultProbe(probe: Probe | undefined): void {
  if (!probe) return;
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
  if (!probe.httpGet) return;
  probe.httpGet.scheme ??= 'HTTP';
  probe.httpGet.path ??= '/';
}

const fileMode = 0o644;

function defaultVolume(volume: Volume): void {
  const sources = ['configMap', 'secret', 'projected', 'downwardAPI'] as const;
  const given = sources.flatMap((source) => volume[source] ?? []);
  for (const source of given) source.defaultMode ??= fileMode;
  if (volume.hostPath) volume.hostPath.type ??= '';
  for (const { serviceAccountToken, downwardAPI } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    defaultFieldReferences(downwardAPI?.items);
  }
  defaultFieldReferences(volume.downwardAPI?.items);
  const hasSource = Object.keys(volume).length > 1;
  if (!hasSource) volume.emptyDir = {};
}

function defaultFieldReferences(items: readonly { fieldRef?: { apiVersion?: string } }[] | undefined): void {
  for (const { fieldRef } of items ?? []) if (fieldRef) fieldRef.apiVersion ??= 'v1';
}
