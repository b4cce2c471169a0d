import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';
import { hasKubectl, type Kubectl, kubectlFor } from '../testing/kubectl.ts';
import { widget, widgets } from '../testing/widgets.ts';

const manifest = (replicas: number | string, image = 'image: nginx') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, labels: {app: app}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - name: c
        ${image}
        ports: [{containerPort: 80}]
        readinessProbe: {httpGet: {port: 80}}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {selector: {app: app}, ports: [{port: 80}]}
`;

/** The real client against the API alone: nothing runs on this cluster. */
describe.skipIf(!hasKubectl)('kubectl on the API', () => {
  let api: TestCluster;
  let kubectl: Kubectl;
  beforeAll(async () => {
    api = await startTestCluster();
    kubectl = kubectlFor(api);
  });
  afterAll(async () => {
    kubectl[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });
  const run = (line: string, input?: string) => kubectl.run(line.split(' '), input);
  const fail = (line: string, input?: string) => kubectl.fail(line.split(' '), input);

  test('version, api-resources, explain', async () => {
    expect(await run('version')).toMatch(/Server Version: v1\.32\.\d+/);
    expect(await run('api-resources')).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await run('explain pod.spec.containers')).toContain('image');
  });

  test('apply: created, unchanged, configured; refuses what the kind does not have', async () => {
    expect(await run('apply -f -', manifest(1))).toBe('deployment.apps/app created\nservice/app created\n');
    expect(await run('apply -f -', manifest(1))).toBe('deployment.apps/app unchanged\nservice/app unchanged\n');
    expect(await run('apply -f -', manifest(2))).toBe('deployment.apps/app configured\nservice/app unchanged\n');
    expect(await fail('apply -f -', manifest(2, 'imagee: nginx'))).toContain(
      'strict decoding error: unknown field "spec.template.spec.containers[0].imagee"',
    );
    expect(await fail('apply -f -', manifest('x'))).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
  });

  test('apply --server-side: conflicts with the fields of others, forces, takes over', async () => {
    expect(await fail('apply --server-side -f -', manifest(1))).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
    );
    expect(await run('apply --server-side --force-conflicts -f -', manifest(1))).toContain(
      'deployment.apps/app serverside-applied',
    );
    expect(await run('apply --server-side -f -', manifest(3))).toContain('serverside-applied');
    expect(await run('get deploy app -o jsonpath={.spec.replicas}')).toBe('3');
  });

  test('get: tables, wide, yaml, by label', async () => {
    expect(await run('get deploy app -o wide')).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\napp +0\/3 +0 +0 +\d+s +c +nginx +app=app/,
    );
    expect(await run('get svc app')).toMatch(/app +ClusterIP +10\.100\.\d+\.\d+ +<none> +80\/TCP/);
    expect(await run('get deploy -l app=app -o name')).toBe('deployment.apps/app\n');
    expect(await run('get deploy app -o yaml')).toContain('maxUnavailable: 25%');
    expect(await run('get all -A')).toContain('service/kubernetes');
  });

  test('label, annotate, set image, scale, patch', async () => {
    expect(await run('label deploy app tier=web')).toBe('deployment.apps/app labeled\n');
    expect(await run('annotate deploy app note=x')).toBe('deployment.apps/app annotated\n');
    expect(await run('label deploy app tier-')).toBe('deployment.apps/app unlabeled\n');
    expect(await run('set image deploy/app c=nginx:2')).toBe('deployment.apps/app image updated\n');
    expect(await run('scale deploy app --replicas=5')).toBe('deployment.apps/app scaled\n');
    expect(await run('patch deploy app --type=json -p [{"op":"replace","path":"/spec/replicas","value":4}]')).toBe(
      'deployment.apps/app patched\n',
    );
    expect(await run('patch deploy app -p {"spec":{"paused":true}}')).toBe('deployment.apps/app patched\n');
    expect(await run('get deploy app -o jsonpath={.spec.replicas},{.spec.paused},{.metadata.labels.tier}')).toBe(
      '4,true,',
    );
  });

  test.each([
    ['namespace other', 'namespace/other created'],
    ['serviceaccount bot', 'serviceaccount/bot created'],
    ['configmap settings --from-literal=a=b', 'configmap/settings created'],
    ['secret generic hidden --from-literal=a=b', 'secret/hidden created'],
    ['deployment web --image=nginx --port=80 --replicas=2', 'deployment.apps/web created'],
    ['service clusterip one --tcp=80:8080', 'service/one created'],
    ['service nodeport two --tcp=80:8080', 'service/two created'],
    ['service loadbalancer three --tcp=80:8080', 'service/three created'],
    ['service externalname four --external-name=example.com', 'service/four created'],
    ['role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created'],
    [
      'rolebinding reads --role=reader --serviceaccount=default:bot',
      'rolebinding.rbac.authorization.k8s.io/reads created',
    ],
    ['clusterrole nodes --verb=get --resource=nodes', 'clusterrole.rbac.authorization.k8s.io/nodes created'],
    [
      'clusterrolebinding nodes --clusterrole=nodes --user=jane',
      'clusterrolebinding.rbac.authorization.k8s.io/nodes created',
    ],
    ['pdb budget --selector=app=app --min-available=1', 'poddisruptionbudget.policy/budget created'],
    ['ingress way --rule=a.com/*=one:80', 'ingress.networking.k8s.io/way created'],
    ['token bot', 'eyJ'],
  ])('create %s: sent as protobuf', async (what, printed) => {
    expect(await run(`create ${what}`)).toContain(printed);
  });

  test('auth: who am I, can I', async () => {
    expect(await run('auth whoami')).toContain('kubernetes-admin');
    expect(await run('auth can-i delete nodes')).toContain('yes');
    expect(await run('auth can-i list pods --as=system:serviceaccount:default:bot')).toBe('yes\n');
    expect(await run('auth can-i --list')).toContain('selfsubjectaccessreviews');
    expect(await fail('get secrets --as=jane')).toBe(
      'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"\n',
    );
  });

  test('custom resources: wait for the definition, apply, columns, explain, delete with finalizers', async () => {
    await run('apply -f -', JSON.stringify(widgets));
    expect(await run('wait --for=condition=Established crd/widgets.example.com --timeout=10s')).toContain(
      'condition met',
    );
    expect(await run('apply -f -', JSON.stringify(widget('w', { size: 3 })))).toBe('widget.example.com/w created\n');
    expect(await run('get wd -o wide')).toMatch(/NAME +SIZE +READY +AGE +COLOR\nw +3 +\d+s +red/);
    expect(await run('explain widget.spec')).toContain('How big.');
    expect(await fail('apply -f -', JSON.stringify(widget('w', { size: 0 })))).toContain(
      'spec.size in body should be greater than or equal to 1',
    );
    await run('patch wd w --type=merge -p {"metadata":{"finalizers":["x.io/y"]}}');
    expect(await run('delete wd w --wait=false')).toContain('deleted');
    await run('patch wd w --type=merge -p {"metadata":{"finalizers":null}}');
    expect(await run('wait --for=delete wd/w --timeout=10s')).toBe('');
    expect(await fail('get wd w')).toBe('Error from server (NotFound): widgets.example.com "w" not found\n');
  });

  test('describe, events, delete', async () => {
    await run('run single --image=nginx');
    expect(await run('describe pod single')).toMatch(/Status: +Pending/);
    expect(await run('get pods single')).toMatch(/single +0\/1 +Pending +0/);
    expect(await run('delete pod single')).toContain('pod "single" deleted');
    expect(await run('delete -f -', manifest(1))).toBe('deployment.apps "app" deleted\nservice "app" deleted\n');
  });
});
