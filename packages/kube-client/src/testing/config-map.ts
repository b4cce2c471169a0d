import type { KubeObject } from '../objects.ts';

/** Spelled so that it counts as a record, too. */
export type ConfigMap = Pick<KubeObject, keyof KubeObject> & { data: Record<string, string> };

export const configMap = (name: string, data: Record<string, string>, namespace = 'default'): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
