import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  AppsV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
} from '@kubernetes/client-node';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';
import { kubeconfig } from '../testing/kubectl.ts';
import { widgets } from '../testing/widgets.ts';

/** The client of many other tools, and not ours: what it understands, the API really says. */
describe('@kubernetes/client-node', () => {
  let api: TestCluster;
  const config = new KubeConfig();
  beforeAll(async () => {
    api = await startTestCluster();
    config.loadFromString(kubeconfig(api.cluster.server, api.cluster.adminToken, api.caPem));
  });
  afterAll(() => api[Symbol.asyncDispose]());
  const namespace = 'default';

  test('creates, reads, lists, replaces, deletes', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const body = { metadata: { name: 'a' }, data: { x: '1' } };
    const created = await core.createNamespacedConfigMap({ namespace, body });
    const replaced = await core.replaceNamespacedConfigMap({
      namespace,
      name: 'a',
      body: Object.assign(created, { data: { x: '2' } }),
    });
    expect(replaced.data).toEqual({ x: '2' });
    expect((await core.listNamespacedConfigMap({ namespace, limit: 1 })).items).toHaveLength(1);
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    const failure = await core.readNamespacedConfigMap({ namespace, name: 'a' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiException);
    expect((failure as ApiException<string>).code).toBe(404);
  });

  test('applies objects of any kind, custom ones too', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const apply = (spec: object) =>
      objects.patch(
        { ...spec, metadata: { namespace, ...(spec as { metadata: object }).metadata } } as never,
        undefined,
        undefined,
        'meshbed',
        true,
        PatchStrategy.ServerSideApply,
      );
    // Not with this client: its model of definitions calls `default` and `enum` by other names and drops them.
    await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgets);
    const applied = await apply({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { size: 1 },
    });
    expect(applied).toMatchObject({ spec: { size: 1, color: 'red' } });
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    await apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    });
    const deployment = await config.makeApiClient(AppsV1Api).readNamespacedDeployment({ namespace, name: 'web' });
    expect(deployment.spec?.replicas).toBe(1);
  });

  test('informs of changes', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, '/api/v1/namespaces/default/secrets', () =>
      core.listNamespacedSecret({ namespace }),
    );
    const seen = Promise.withResolvers<string | undefined>();
    informer.on('add', ({ metadata }) => seen.resolve(metadata?.name));
    await informer.start();
    await core.createNamespacedSecret({ namespace, body: { metadata: { name: 's' }, stringData: { a: 'b' } } });
    expect(await seen.promise).toBe('s');
    await informer.stop();
  });

  test('asks what it may do', async () => {
    const body = { spec: { resourceAttributes: { verb: 'create', resource: 'pods', namespace } } };
    const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body });
    expect(review.status?.allowed).toBe(true);
  });
});
