import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  type CoreV1Api,
  CoreV1Api as Core,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { expect } from 'vitest';
import type { Case } from '../../case.ts';
import type { Stage } from '../../stage/index.ts';

const namespace = 'default';

async function connect(stage: Stage): Promise<{ config: KubeConfig; core: CoreV1Api }> {
  const config = new KubeConfig();
  config.loadFromFile((await stage.cluster()).kubeconfig);
  return { config, core: config.makeApiClient(Core) };
}

const configMap = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

/** What client-node must be able to do. */
export const clientNodeCases: readonly Omit<Case, 'client'>[] = [
  {
    area: 'discovery',
    name: 'nodes: list those of the node group',
    async run(stage) {
      const { core } = await connect(stage);
      expect((await core.listNode()).items).toHaveLength(2);
    },
  },
  {
    area: 'apply',
    name: 'objects of any kind: server-side apply, patch, delete',
    async run(stage) {
      const { config } = await connect(stage);
      const objects = KubernetesObjectApi.makeApiClient(config);
      const apply = (object: object) =>
        objects.patch(object as never, undefined, undefined, 'conformance', true, PatchStrategy.ServerSideApply);
      const policy = {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'of-client-node', namespace },
      };
      expect(await apply({ ...policy, spec: { action: 'DENY' } })).toMatchObject({ spec: { action: 'DENY' } });
      await expect(apply({ ...policy, spec: { action: 'X' } })).rejects.toMatchObject({ code: 422 });
      await objects.delete(policy);
    },
  },
  {
    area: 'watch',
    name: 'informer: what is there, what comes, what changes, what goes',
    async run(stage) {
      const { config, core } = await connect(stage);
      const seen: string[] = [];
      await core.createNamespacedConfigMap({ namespace, body: configMap('informed-1') });
      const list = () => core.listNamespacedConfigMap({ namespace });
      const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata }) => void seen.push(`${verb} ${metadata?.name}`));
      }
      await informer.start();
      await core.createNamespacedConfigMap({ namespace, body: configMap('informed-2') });
      await core.replaceNamespacedConfigMap({
        name: 'informed-2',
        namespace,
        body: configMap('informed-2', { a: 'b' }),
      });
      await core.deleteNamespacedConfigMap({ name: 'informed-2', namespace });
      const wanted = ['add informed-1', 'add informed-2', 'update informed-2', 'delete informed-2'];
      await stage.until('the informer has seen all', () =>
        wanted.every((event) => seen.includes(event)) ? undefined : seen.join(', '),
      );
      await informer.stop();
      expect(seen).toEqual(expect.arrayContaining(wanted));
      await core.deleteNamespacedConfigMap({ name: 'informed-1', namespace });
    },
  },
  {
    area: 'watch',
    name: 'a version that is too old: 410, so that clients list again',
    async run(stage) {
      const { config } = await connect(stage);
      const { overflow } = await stage.cluster();
      overflow();
      const failure = Promise.withResolvers<{ code?: number } | undefined>();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await new Watch(config).watch(
        path,
        { resourceVersion: '1', allowWatchBookmarks: true },
        (type, object: { code?: number }) => type === 'ERROR' && failure.resolve(object),
        (error: unknown) => failure.resolve(error as { code?: number }),
      );
      const told = await failure.promise;
      expect(told?.code ?? (told as { statusCode?: number } | undefined)?.statusCode).toBe(410);
    },
  },
  {
    area: 'streams',
    name: 'exec and logs',
    async run(stage) {
      const { config, core } = await connect(stage);
      const { items } = await core.listNamespacedPod({ namespace: 'istio-system', labelSelector: 'app=istiod' });
      const [pod = ''] = items.map(({ metadata }) => metadata?.name ?? '');
      const log = new PassThrough();
      await new Log(config).log('istio-system', pod, 'discovery', log, { tailLines: 1 });
      expect(await text(log)).toMatch(/\n/);
      const out = new PassThrough();
      const exec = new Exec(config);
      const ended = Promise.withResolvers<string | undefined>();
      const command = ['sh', '-c', 'echo hello'];
      await exec.exec('istio-system', pod, 'discovery', command, out, null, null, false, ({ status }) => {
        out.end();
        ended.resolve(status);
      });
      expect(await text(out)).toBe('hello\n');
      expect(await ended.promise).toBe('Success');
    },
  },
];
