import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';

export interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { image: string; env?: { name: string; value?: string }[] }[] };
  status?: { phase?: string };
}

/** Pods that run, by labels; default: in every namespace. */
export async function runningPods(kube: KubeApi, labelSelector: string, namespace?: string): Promise<Pod[]> {
  const { items } = await kube.list<Pod>(resources.pods, { labelSelector, namespace });
  return items.filter(({ status }) => status?.phase === 'Running');
}

/** `name`, `name.namespace` or `pod/name`. */
export function podNamed(text: string, usual: string): { namespace: string; pod: string } {
  const [pod = '', namespace = usual] = text.replace(/^(pods?|po)\//, '').split('.');
  return { namespace, pod };
}
