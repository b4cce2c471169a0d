import type { Container, Probe } from '../objects/index.ts';
import type { FieldProblem } from '../store/index.ts';
import { problemsOfLabel } from './names.ts';
import { duplicate, invalidValue, notFoundValue, notSupported, required } from './problems.ts';
import { compareQuantities } from './quantity.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
export const protocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];

/** @param volumes names that mounts may use */
export function containerProblems(container: Container, field: string, volumes: ReadonlySet<string>): FieldProblem[] {
  const { name, image, imagePullPolicy = 'Always' } = container;
  return [
    ...(name ? problemsOfLabel(`${field}.name`, name) : [required(`${field}.name`)]),
    ...(image ? [] : [required(`${field}.image`)]),
    ...(pullPolicies.includes(imagePullPolicy)
      ? []
      : [notSupported(`${field}.imagePullPolicy`, imagePullPolicy, pullPolicies)]),
    ...portProblems(container, field),
    ...environmentProblems(container, field),
    ...mountProblems(container, field, volumes),
    ...probes.flatMap((probe) => probeProblems(container[probe], `${field}.${probe}`, probe)),
    ...resourceProblems(container, field),
  ];
}

function portProblems({ ports = [] }: Container, field: string): FieldProblem[] {
  const names = ports.map(({ name }) => name);
  return ports.flatMap(({ name, containerPort, protocol = 'TCP' }, index) => [
    ...(name && names.indexOf(name) < index ? [duplicate(`${field}.ports[${index}].name`, name)] : []),
    ...portNumberProblems(containerPort, `${field}.ports[${index}].containerPort`),
    ...(protocols.includes(protocol) ? [] : [notSupported(`${field}.ports[${index}].protocol`, protocol, protocols)]),
  ]);
}

export function portNumberProblems(port: number | undefined, field: string): FieldProblem[] {
  if (port === undefined) return [required(field)];
  const inRange = port >= 1 && port <= 65_535;
  return inRange ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

const environmentName = /^[ -<>-~]+$/;
const environmentMessage =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

function environmentProblems({ env = [] }: Container, container: string): FieldProblem[] {
  return env.flatMap(({ name, value, valueFrom }, index) => {
    const field = `${container}.env[${index}]`;
    return [
      ...(name ? [] : [required(`${field}.name`)]),
      ...(name && !environmentName.test(name) ? [invalidValue(`${field}.name`, name, environmentMessage)] : []),
      ...(value && valueFrom
        ? [invalidValue(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')]
        : []),
    ];
  });
}

function mountProblems({ volumeMounts = [] }: Container, container: string, volumes: ReadonlySet<string>) {
  const paths = volumeMounts.map(({ mountPath }) => mountPath);
  return volumeMounts.flatMap(({ name, mountPath }, index) => {
    const field = `${container}.volumeMounts[${index}]`;
    return [
      ...(volumes.has(name) ? [] : [notFoundValue(`${field}.name`, name)]),
      ...(mountPath ? [] : [required(`${field}.mountPath`)]),
      ...(mountPath && paths.indexOf(mountPath) < index
        ? [invalidValue(`${field}.mountPath`, mountPath, 'must be unique')]
        : []),
    ];
  });
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const probeNumbers = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function probeProblems(probe: Probe | undefined, field: string, kind: (typeof probes)[number]): FieldProblem[] {
  if (!probe) return [];
  const { httpGet, tcpSocket, exec, successThreshold = 1 } = probe;
  const target = httpGet ?? tcpSocket;
  const port = target && (target.port as number | string | undefined);
  const at = `${field}.${httpGet ? 'httpGet' : 'tcpSocket'}.port`;
  return [
    ...(target || exec || 'grpc' in probe ? [] : [required(field, 'must specify a handler type')]),
    ...(target && typeof port !== 'string' ? portNumberProblems(port ?? 0, at) : []),
    ...probeNumbers.flatMap((name) => notNegative(probe[name], `${field}.${name}`)),
    ...(kind === 'readinessProbe' || successThreshold === 1
      ? []
      : [invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1')]),
  ];
}

export const notNegative = (value: number | undefined, field: string): FieldProblem[] =>
  value === undefined || value >= 0 ? [] : [invalidValue(field, value, 'must be greater than or equal to 0')];

function resourceProblems({ resources }: Container, field: string): FieldProblem[] {
  const { requests = {}, limits = {} } = resources ?? {};
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined || compareQuantities(request, limit) <= 0) return [];
    const detail = `must be less than or equal to ${name} limit of ${limit}`;
    return [invalidValue(`${field}.resources.requests`, String(request), detail)];
  });
}
