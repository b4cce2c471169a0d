import { systemClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import { isEnrolled, withSidecar } from './ecs/task-definition.ts';
import { readOperator } from './install/operator.ts';
import { commands } from './commands.ts';
import { main } from './main.ts';
import { customResourceDefinitions } from './manifests/crds/index.ts';
import { table } from './table.ts';

async function run(argv: string[], input = '') {
  let [output, errors] = ['', ''];
  const exit = await main(argv, {
    clock: systemClock,
    env: {},
    write: (text) => void (output += text),
    writeError: (text) => void (errors += text),
    readInput: () => Promise.resolve(input),
  });
  return { exit, output, errors };
}

describe('command line', () => {
  test.each([
    [['proxy-config'], 'unknown command "proxy-config" for "istioctl"'],
    [['ztunnel-config', 'log'], 'unknown command "log" for "istioctl ztunnel-config"'],
    [['ztunnel-config', 'log'], 'ztunnel-config all, ztunnel-config services'],
    [['ecs', 'remove-service'], 'ecs add-service, ecs list-roles'],
    [['constructor'], 'unknown command "constructor"'],
    [['x', 'describe'], 'unknown command "describe"'],
    [['x', 'ztunnel-config', 'workload', '-f', '/does/not/exist'], 'ENOENT'],
    [['experimental', 'precheck', '--kubeconfig', '/does/not/exist'], '/does/not/exist'],
    [['zc', 'all', 'ztunnel-1', '--node', 'n'], 'at most one of --file, --node, or pod name'],
    [['zc', 'all', '-f', '/does/not/exist'], 'ENOENT'],
    [['zc', 'all', '-f', '-'], 'is no dump of a ztunnel'],
    [['analyze', '--use-kube=false'], 'there is nothing to analyze'],
    [['analyze', '--failure-threshold', 'Fatal', '-'], 'invalid argument "Fatal"'],
    [['bootstrap', '--platform', 'vm'], '--platform vm is not supported'],
    [['version', '--loud'], "Unknown option '--loud'"],
    [['version', '--purge'], 'unknown flag: --purge'],
    [['version', '--remote=false', '-o', 'wide'], 'output format "wide" not supported'],
    [['waypoint', 'generate', '--name', 'none'], '"none" is a reserved value'],
    [['waypoint', 'generate', '--for', 'pods'], 'invalid traffic type: pods'],
    [['ecs', 'add-service'], 'which service?'],
    [['ecs', 'add-service', 'echo', '--platform', 'ecs-ec2', '--cluster', 'c'], '--platform ecs-ec2 is not supported'],
    [['ecs', 'add-service', 'echo'], 'required flag "cluster" not set'],
    [['uninstall'], 'uninstall needs --purge'],
    [['version', '--kubeconfig', '/does/not/exist'], '/does/not/exist'],
  ])('%j: is refused with words', async (argv, reason) => {
    const { exit, errors } = await run(argv);
    expect(exit).not.toBe(0);
    expect(errors).toContain(reason);
  });

  test.each(Object.keys(commands))('%s --help: says what it does and how', async (name) => {
    const { exit, output } = await run([...name.split(' '), '--help']);
    expect([exit, output]).toEqual([0, expect.stringMatching(new RegExp(`^[A-Z][^]*Usage:\\n  istioctl ${name}`))]);
  });

  test.each([
    [
      ['version', '--remote=false', '-o', 'yaml'],
      'clientVersion:\n  version: 1.28.1-solo\n  revision: unknown\n  golang_version: unknown\n  status: unknown\n  tag: 1.28.1-solo\n',
    ],
    [
      ['version', '--remote=false', '--short=false'],
      'client version: version.BuildInfo{Version:"1.28.1-solo", GitRevision:"unknown", GolangVersion:"unknown", BuildStatus:"unknown", GitTag:"1.28.1-solo"}\n',
    ],
    [['version', '--remote=false', '--help=false'], 'client version: 1.28.1-solo\n'],
    [['version', '--short', '--remote=false'], 'client version: 1.28.1-solo\n'],
  ])('%j: prints %j', async (argv, expected) => {
    expect(await run(argv)).toEqual({ exit: 0, errors: '', output: expected });
  });

  test('waypoint generate: the Gateway as istioctl prints it', async () => {
    const { output } = await run(['waypoint', 'generate', '--for', 'service', '-n', 'bookinfo', '-r', 'canary']);
    expect(output).toBe(`apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  labels:
    istio.io/waypoint-for: service
    istio.io/rev: canary
  name: waypoint
  namespace: bookinfo
spec:
  gatewayClassName: istio-waypoint
  listeners:
    - name: mesh
      port: 15008
      protocol: HBONE
`);
  });

  test.each([['ecs'], ['zc'], ['help waypoint'], ['multicluster --help']])(
    '%s: lists what the group has',
    async (line) => {
      const { exit, output } = await run(line.split(' '));
      expect([exit, output]).toEqual([0, expect.stringMatching(/^( {2}istioctl [a-z-]+ [a-z-]+.*\n)+\n/)]);
    },
  );

  test('without arguments: teaches', async () => {
    const { exit, output } = await run([]);
    expect([exit, output]).toEqual([0, expect.stringContaining('istioctl ecs add-service SERVICE')]);
  });
});

describe('IstioOperator', () => {
  const defaults = { hub: 'hub.example', tag: '1.28.1-solo' };
  const operator = (spec: object) =>
    JSON.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec });

  test('gives accounts, network and environment', () => {
    const accounts = [
      { role: 'arn:aws:iam::111122223333:role/istiod-local', domain: 'ecs.local' },
      { domain: 'ecs.external' },
    ];
    const values = {
      global: { network: 'eks' },
      platforms: { ecs: { accounts } },
      pilot: { env: { REQUIRE_3P_TOKEN: false } },
    };
    const found = readOperator([operator({ profile: 'ambient', tag: '1.29.0', values })], { defaults });
    expect(found).toMatchObject({
      hub: 'hub.example',
      tag: '1.29.0',
      network: 'eks',
      pilotEnv: { REQUIRE_3P_TOKEN: 'false' },
    });
    expect(found.ecsAccounts).toEqual([accounts[0], { role: 'default', domain: 'ecs.external' }]);
  });

  test.each([
    ['another kind', 'kind: Deployment', 'expected kind IstioOperator, not Deployment'],
    ['nothing', '', 'not an empty file'],
    ['another profile', operator({ profile: 'demo' }), 'spec.profile is demo'],
    [
      'a field that is not understood',
      operator({ profile: 'ambient', nonsense: { x: 1 } }),
      'spec.nonsense.x is not supported',
    ],
    [
      'an account without a domain',
      operator({ profile: 'ambient', values: { platforms: { ecs: { accounts: [{ role: 'r' }] } } } }),
      'needs a domain',
    ],
  ])('%s is refused by name', (_, text, reason) => expect(() => readOperator([text], { defaults })).toThrow(reason));

  test('later documents and --set win; what has no effect is named', () => {
    const ignored: string[] = [];
    const documents = [
      operator({ profile: 'demo', tag: '1', meshConfig: { outboundTrafficPolicy: 'x' } }),
      operator({ profile: 'ambient', values: { platforms: { ecs: { enabled: true } } } }),
    ];
    const ecs = 'values.platforms.ecs.accounts';
    const settings = ['values.global.network=eks', String.raw`values.pilot.env.A\.B=true`, 'tag=2'];
    settings.push(`${ecs}[0].role=a`, `${ecs}[0].domain=ecs.local`, `${ecs}[1].domain=ecs.external`);
    const found = readOperator(documents, { defaults, settings, onIgnored: (path) => ignored.push(path) });
    expect(found).toMatchObject({ tag: '2', network: 'eks', pilotEnv: { 'A.B': 'true' } });
    expect(found.ecsAccounts).toEqual([
      { role: 'a', domain: 'ecs.local' },
      { role: 'default', domain: 'ecs.external' },
    ]);
    expect(ignored).toEqual(['spec.meshConfig.outboundTrafficPolicy', 'spec.values.platforms.ecs.enabled']);
    expect(() => readOperator([], { defaults, settings: ['profile'] })).toThrow('--set profile is not of the form');
  });
});

test('CRDs: those of the release, with a schema for every version', () => {
  const definitions = customResourceDefinitions() as unknown as {
    metadata: { name: string };
    spec: { versions: { schema?: unknown }[] };
  }[];
  const names = definitions.map(({ metadata }) => metadata.name);
  expect(names).toHaveLength(14);
  expect(names).toContain('authorizationpolicies.security.istio.io');
  expect(definitions.flatMap(({ spec }) => spec.versions).filter(({ schema }) => !schema)).toEqual([]);
});

test('table: columns are as wide as their widest cell, the last is not padded', () => {
  expect(
    table([
      ['A', 'LONG', 'C'],
      ['value', 'x', 'y'],
    ]),
  ).toBe('A     LONG C\nvalue x    y\n');
});

describe('enrolment', () => {
  const sidecar = { image: 'hub/ztunnel:1', bootstrapToken: 'token' };
  const logs = {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/demo', 'awslogs-stream-prefix': 'echo' },
  };
  const definition = {
    family: 'echo',
    taskRoleArn: 'role',
    containerDefinitions: [
      {
        name: 'echo',
        image: 'echo',
        logConfiguration: logs,
        dependsOn: [{ containerName: 'init', condition: 'SUCCESS' as const }],
      },
    ],
  };
  const enrolled = withSidecar(definition, [{ key: 'environment', value: 'demo' }], sidecar);

  test('adds a healthy-checked ztunnel that every container waits for, and keeps the rest', () => {
    const [ztunnel, echo] = enrolled.containerDefinitions ?? [];
    expect(ztunnel).toMatchObject({
      name: 'ztunnel',
      image: 'hub/ztunnel:1',
      healthCheck: { command: ['CMD', 'ztunnel', 'healthcheck'], interval: 5, retries: 3, startPeriod: 10, timeout: 5 },
      logConfiguration: { options: { 'awslogs-group': '/ecs/demo', 'awslogs-stream-prefix': 'ztunnel' } },
    });
    expect(echo?.dependsOn).toEqual([
      { containerName: 'init', condition: 'SUCCESS' },
      { containerName: 'ztunnel', condition: 'HEALTHY' },
    ]);
    expect(enrolled).toMatchObject({
      family: 'echo',
      taskRoleArn: 'role',
      tags: [{ key: 'environment', value: 'demo' }],
    });
  });

  test.each([
    ['the same sidecar', {}, true],
    ['another token', { bootstrapToken: 'other' }, false],
    ['another image', { image: 'hub/ztunnel:2' }, false],
  ])('%s: counts as enrolled %#', (_, change, expected) => {
    expect(isEnrolled({ containerDefinitions: enrolled.containerDefinitions }, { ...sidecar, ...change })).toBe(
      expected,
    );
  });

  test('doing it again replaces the sidecar instead of adding another', () => {
    const again = withSidecar({ ...definition, containerDefinitions: enrolled.containerDefinitions }, [], {
      ...sidecar,
      image: 'hub/ztunnel:2',
    });
    expect(again.containerDefinitions?.map(({ name, image }) => [name, image])).toEqual([
      ['ztunnel', 'hub/ztunnel:2'],
      ['echo', 'echo'],
    ]);
  });
});

describe('ztunnel-config', () => {
  const dump = JSON.stringify({
    workloads: [
      {
        uid: 'k//Pod/default/echo',
        name: 'echo-1',
        namespace: 'default',
        workloadIps: ['192.168.1.9'],
        node: 'ip-1',
        protocol: 'HBONE',
        status: 'Healthy',
      },
      {
        uid: 'we',
        name: 'ecs-task-x',
        namespace: 'ecs-1',
        workloadIps: ['192.168.2.7'],
        protocol: 'TCP',
        status: 'Unhealthy',
      },
    ],
    services: [
      {
        name: 'ecs-service-echo',
        namespace: 'ecs-1',
        hostname: 'echo.ecs-1.ecs.local',
        vips: ['eks/240.240.0.2', 'eks/2001:2::2'],
        endpoints: { we: { workloadUid: 'we' } },
      },
      {
        name: 'echo',
        namespace: 'default',
        hostname: 'echo.default.svc.cluster.local',
        vips: ['eks/10.100.0.7'],
        endpoints: { a: { workloadUid: 'k//Pod/default/echo' } },
      },
    ],
    workloadState: {
      b: { state: 'Up', info: { name: 'idle', namespace: 'default' } },
      a: {
        state: 'Up',
        info: { name: 'echo-1', namespace: 'default' },
        connections: {
          inbound: [{ src: '192.168.2.7:4000', originalDst: null, actualDst: '192.168.1.9:8080', protocol: 'HBONE' }],
          outbound: [
            {
              src: '192.168.1.9:4001',
              originalDst: '240.240.0.2:8080',
              actualDst: '[fd00::1]:15008',
              protocol: 'HBONE',
            },
          ],
        },
      },
    },
    policies: [{ name: 'deny-all', namespace: 'ecs-1', action: 'Allow', scope: 'Namespace', rules: [] }],
    certificates: [{ identity: 'spiffe://cluster.local/ns/a/sa/b', state: 'Unavailable: no', certChain: [] }],
  });

  test.each([
    [
      'services',
      'NAMESPACE SERVICE NAME     SERVICE VIP           WAYPOINT ENDPOINTS\ndefault   echo             10.100.0.7            None     1/1\necs-1     ecs-service-echo 240.240.0.2,2001:2::2 None     0/1\n',
    ],
    [
      'workload',
      'NAMESPACE POD NAME   ADDRESS     NODE WAYPOINT PROTOCOL\ndefault   echo-1     192.168.1.9 ip-1 None     HBONE\necs-1     ecs-task-x 192.168.2.7      None     TCP\n',
    ],
    [
      'connections',
      `WORKLOAD       DIRECTION LOCAL               REMOTE                REMOTE TARGET             PROTOCOL
echo-1.default Inbound   echo-1.default:8080 ecs-task-x.ecs-1:4000                           HBONE
echo-1.default Outbound  echo-1.default:4001 fd00::1:15008         echo.ecs-1.ecs.local:8080 HBONE
`,
    ],
    ['policies', 'NAMESPACE POLICY NAME ACTION SCOPE\necs-1     deny-all    Allow  Namespace\n'],
  ])('%s: the table of istioctl', async (what, expected) => {
    expect((await run(['ztunnel-config', what, '--file', '-'], dump)).output).toBe(expected);
  });

  test('certificates: one that is not there shows as unavailable', async () => {
    expect((await run(['zc', 'certificates', '--file', '-'], dump)).output).toMatch(/NA +Unavailable +false +NA/);
  });

  test('connections: as they are with --raw, of one direction and namespace', async () => {
    const line = 'zc connections --file - --raw --direction inbound --workload-namespace default';
    const { output } = await run(line.split(' '), dump);
    expect(output.split('\n')[1]).toMatch(/^echo-1.default Inbound {3}192.168.1.9:8080 192.168.2.7:4000 +HBONE$/);
    expect((await run(['zc', 'connections', '--file', '-', '--workload-namespace', 'x'], dump)).output).not.toMatch(
      /\n./,
    );
  });

  test('all: every table after an empty line, headed if asked', async () => {
    const { output } = await run(['zc', 'all', '--file', '-'], dump);
    const titles = output.split(/^\n/m).map((part) => part.split(/ {1,}/).slice(0, 2).join(' '));
    expect(titles).toEqual([
      '',
      'NAMESPACE POD',
      'NAMESPACE SERVICE',
      'NAMESPACE POLICY',
      'CERTIFICATE NAME',
      'WORKLOAD DIRECTION',
    ]);
    const headed = await run(['zc', 'all', '--file', '-', '--with-headers'], dump);
    expect(headed.output).toMatch(/^------ WORKLOAD INFO ------\nNAMESPACE POD NAME/);
  });

  test('all -o json: the dump', async () => {
    const { output } = await run(['zc', 'all', '--file', '-', '-o', 'json'], dump);
    expect(JSON.parse(output)).toEqual(JSON.parse(dump));
  });

  test('-o json: the part of the dump', async () => {
    const { output } = await run(['zc', 'services', '--file', '-', '-o', 'json', '--service-namespace', 'ecs-1'], dump);
    expect((JSON.parse(output) as { name: string }[]).map(({ name }) => name)).toEqual(['ecs-service-echo']);
  });
});
