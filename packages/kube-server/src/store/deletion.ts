import type { KubeObject } from '../objects/index.ts';

export interface DeleteOptions {
  gracePeriodSeconds?: number | undefined;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  preconditions?: { uid?: string; resourceVersion?: string } | undefined;
  dryRun?: boolean | undefined;
}

/** `gone`: removed at once; otherwise it carries a deletionTimestamp and waits for finalizers or the kubelet. */
export interface Deletion {
  object: KubeObject;
  gone: boolean;
}

/** Seconds that the kubelet is given; pods that no node runs go at once. */
export function gracePeriodOf(object: KubeObject, resource: string, options: DeleteOptions): number {
  if (resource !== 'pods') return 0;
  const spec = object['spec'] as { nodeName?: string; terminationGracePeriodSeconds?: number };
  if (!spec.nodeName) return 0;
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

const propagationFinalizers = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const;

/** The finalizers that keep the object until the garbage collector has seen to its dependents. */
export function finalizersFor(object: KubeObject, { propagationPolicy }: DeleteOptions): string[] {
  const finalizers = new Set(object.metadata.finalizers ?? []);
  if (propagationPolicy === 'Foreground' || propagationPolicy === 'Orphan') {
    finalizers.add(propagationFinalizers[propagationPolicy]);
  }
  return [...finalizers];
}

/** Finalizers in the metadata, and those of namespaces, which live in the spec. */
export function isHeld(object: KubeObject): boolean {
  const spec = object['spec'] as { finalizers?: string[] } | undefined;
  const ofNamespace = object.kind === 'Namespace' ? (spec?.finalizers ?? []) : [];
  return (object.metadata.finalizers?.length ?? 0) > 0 || ofNamespace.length > 0;
}
