import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'discovery';

export const discoveryCases: readonly KubectlCase[] = [
  {
    area,
    name: 'nodes: get lists those of the node group, in the version of the cluster',
    async run(kubectl) {
      const version = /"gitVersion":"(v[\d.]+)"/.exec(await kubectl.run('get --raw /version'))?.[1];
      const lines = (await kubectl.run('get nodes --no-headers')).trim().split('\n');
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line).toMatch(new RegExp(`^ip-\\S+ +Ready +<none> +\\S+ +${version}$`));
      const proxy = await kubectl.run('get ds kube-proxy -n kube-system -o wide --no-headers');
      expect(proxy).toContain(`kube-proxy:${version}`);
    },
  },
  {
    area,
    name: 'kinds: api-resources and api-versions know built-in and custom ones',
    async run(kubectl) {
      expect(await kubectl.run('api-resources -o name')).toMatch(/^deployments\.apps$/m);
      const resources = await kubectl.run('api-resources --api-group=security.istio.io --no-headers');
      expect(resources).toMatch(/authorizationpolicies +ap +security\.istio\.io\/v1 +true +AuthorizationPolicy/);
      expect(await kubectl.run('api-versions')).toMatch(/^gateway\.networking\.k8s\.io\/v1$/m);
      expect(await kubectl.run('cluster-info')).toContain('is running at');
    },
  },
  {
    area,
    name: 'explain: fields of built-in and custom kinds',
    async run(kubectl) {
      expect(await kubectl.run('explain deployment.spec.template.spec.containers')).toMatch(
        /imagePullPolicy\s+<string>/,
      );
      const source = await kubectl.run('explain authorizationpolicies.spec.rules.from.source');
      expect(source).toMatch(/namespaces\s+<\[\]string>/);
    },
  },
  {
    area,
    name: 'describe: nodes, services, definitions and what is not there',
    async run(kubectl) {
      const nodes = await kubectl.run('describe nodes');
      expect(nodes).toMatch(/Ready +True/);
      expect(nodes).toMatch(/HolderIdentity: +ip-/);
      expect(await kubectl.run('describe service kubernetes -n default')).toMatch(/IP: +10\.100\.0\.1/);
      expect(await kubectl.run('describe crd authorizationpolicies.security.istio.io')).toContain('Established');
      expect((await kubectl.fail('describe pod none')).error).toContain('pods "none" not found');
    },
  },
  {
    area,
    name: 'output: tables, wide, columns, paths, templates, YAML',
    async run(kubectl) {
      await kubectl.run('create configmap shown --from-literal=key=value');
      expect(await kubectl.run('get cm shown')).toMatch(/NAME +DATA +AGE\nshown +1 +\d+s\n/);
      expect(await kubectl.run('get nodes -o wide')).toMatch(/INTERNAL-IP +EXTERNAL-IP +OS-IMAGE/);
      const columns = 'custom-columns=A:.metadata.name,B:.data.key';
      expect(await kubectl.run(`get cm shown -o ${columns}`)).toMatch(/A +B\nshown +value\n/);
      expect(await kubectl.run('get cm shown -o jsonpath={.data.key}')).toBe('value');
      expect(await kubectl.run('get cm shown -o go-template={{.data.key}}')).toBe('value');
      expect(await kubectl.run('get cm shown -o yaml')).toContain('key: value');
      expect(await kubectl.run('get cm -o name --field-selector=metadata.name=shown')).toBe('configmap/shown\n');
    },
  },
  {
    area,
    name: 'metrics: top says that there are none',
    async run(kubectl) {
      expect((await kubectl.fail('top nodes')).error).toMatch(/Metrics API not available|metrics not available/i);
    },
  },
];
