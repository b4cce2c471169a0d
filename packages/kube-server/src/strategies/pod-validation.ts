import type { PodSpec } from '../objects/index.ts';
import type { FieldProblem } from '../store/index.ts';
import { containerProblems, notNegative } from './container-validation.ts';
import { problemsOfLabel } from './names.ts';
import { duplicate, forbiddenField, notSupported, required } from './problems.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/** @param field where the spec stands: `spec` or `spec.template.spec` */
export function podSpecProblems(spec: PodSpec | undefined, field: string): FieldProblem[] {
  if (!spec?.containers?.length) return [required(`${field}.containers`)];
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const problems = (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) =>
      containerProblems(container, `${field}.${list}[${index}]`, volumes),
    ),
  );
  return [...volumeProblems(spec, field), ...problems, ...repeatedNames(spec, field), ...choiceProblems(spec, field)];
}

function volumeProblems({ volumes = [] }: PodSpec, spec: string): FieldProblem[] {
  const names = volumes.map(({ name }) => name);
  return volumes.flatMap(({ name, ...sources }, index) => {
    const field = `${spec}.volumes[${index}]`;
    return [
      ...(name ? problemsOfLabel(`${field}.name`, name) : [required(`${field}.name`)]),
      ...(name && names.indexOf(name) < index ? [duplicate(`${field}.name`, name)] : []),
      ...Object.keys(sources)
        .slice(1)
        .map((source) => forbiddenField(`${field}.${source}`, 'may not specify more than 1 volume type')),
    ];
  });
}

function repeatedNames({ initContainers = [], containers }: PodSpec, field: string): FieldProblem[] {
  const names = [...initContainers, ...containers].map(({ name }) => name);
  return names.flatMap((name, index) =>
    name && names.indexOf(name) < index
      ? [duplicate(`${field}.containers[${index - initContainers.length}].name`, name)]
      : [],
  );
}

function choiceProblems(spec: PodSpec, field: string): FieldProblem[] {
  const { restartPolicy = 'Always', terminationGracePeriodSeconds: grace } = spec;
  const dnsPolicy = spec.dnsPolicy ?? 'ClusterFirst';
  return [
    ...(restartPolicies.includes(restartPolicy)
      ? []
      : [notSupported(`${field}.restartPolicy`, restartPolicy, restartPolicies)]),
    ...(dnsPolicies.includes(dnsPolicy) ? [] : [notSupported(`${field}.dnsPolicy`, dnsPolicy, dnsPolicies)]),
    ...notNegative(grace, `${field}.terminationGracePeriodSeconds`),
  ];
}
