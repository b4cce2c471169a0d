import type { Container, PodSpec } from '../objects/index.ts';
import type { FieldProblem } from '../store/index.ts';
import { problemsOfLabel } from './names.ts';
import { duplicate, invalidValue, notFoundValue, notSupported, required } from './problems.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** @param field where the spec stands: `spec` or `spec.template.spec` */
export function podSpecProblems(spec: PodSpec | undefined, field: string): FieldProblem[] {
  if (!spec?.containers?.length) return [required(`${field}.containers`)];
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  const problems = (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) =>
      containerProblems(container, `${field}.${list}[${index}]`, volumes),
    ),
  );
  const repeated = names.flatMap((name, index) =>
    name && names.indexOf(name) < index ? [duplicate(`${field}.containers[${index}].name`, name)] : [],
  );
  const policy = spec.restartPolicy ?? 'Always';
  const policies = restartPolicies.includes(policy)
    ? []
    : [notSupported(`${field}.restartPolicy`, policy, restartPolicies)];
  return [...problems, ...repeated, ...policies];
}

function containerProblems(container: Container, field: string, volumes: ReadonlySet<string>): FieldProblem[] {
  const { name, image, imagePullPolicy = 'Always' } = container;
  return [
    ...(name ? problemsOfLabel(`${field}.name`, name) : [required(`${field}.name`)]),
    ...(image ? [] : [required(`${field}.image`)]),
    ...(pullPolicies.includes(imagePullPolicy)
      ? []
      : [notSupported(`${field}.imagePullPolicy`, imagePullPolicy, pullPolicies)]),
    ...portProblems(container, field),
    ...(container.env ?? []).flatMap((env, index) => (env.name ? [] : [required(`${field}.env[${index}].name`)])),
    ...(container.volumeMounts ?? []).flatMap(({ name: volume }, index) =>
      volumes.has(volume) ? [] : [notFoundValue(`${field}.volumeMounts[${index}].name`, volume)],
    ),
  ];
}

function portProblems({ ports = [] }: Container, field: string): FieldProblem[] {
  return ports.flatMap(({ containerPort, protocol = 'TCP' }, index) => [
    ...portNumberProblems(containerPort, `${field}.ports[${index}].containerPort`),
    ...(protocols.includes(protocol) ? [] : [notSupported(`${field}.ports[${index}].protocol`, protocol, protocols)]),
  ]);
}

export function portNumberProblems(port: number | undefined, field: string): FieldProblem[] {
  if (port === undefined) return [required(field)];
  const inRange = port >= 1 && port <= 65_535;
  return inRange ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}
