// The coverage page of the AWS APIs, from the tables that the server checks requests by.
import { coverage, stackResources } from '../packages/aws-server/src/coverage.ts';

const code = (names) => names.map((name) => `\`${name}\``).join(' ') || '–';

function section({ name, version, operations, missing }) {
  const rows = operations.map(
    ({ name: operation, parameters, refused }) => `| \`${operation}\` | ${code(parameters)} | ${code(refused)} |`,
  );
  const others =
    missing > 0
      ? `The other ${missing} operations of API ${version} are answered as not implemented.`
      : `All operations of API ${version}.`;
  return [
    `## ${name}`,
    '',
    `${operations.length} operations. ${others}`,
    '',
    '| operation | parameters | refused by name |',
    '|---|---|---|',
    ...rows,
    '',
  ];
}

export function awsCoverage() {
  const services = coverage();
  const total = services.reduce((sum, { operations }) => sum + operations.length, 0);
  return [
    '# Coverage of the AWS APIs',
    '',
    `The sandbox implements ${total} operations of ${services.length} services. An operation that is not listed is a client`,
    'error (`InvalidAction`, `UnknownOperationException`) that names it; so is a parameter that would change behaviour and',
    'is not understood. This page is generated from the operation tables by `npm run generate`; `npm run check` compares.',
    '',
    ...services.flatMap(section),
    '## Resources of CloudFormation stacks',
    '',
    'Templates in JSON or YAML with `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, `Fn::Split`, `Fn::Select`, `Fn::GetAZs` and',
    '`Fn::ImportValue`. Other types, properties, functions and sections are refused by name.',
    '',
    '| type | properties |',
    '|---|---|',
    ...stackResources().map(({ type, properties }) => `| \`${type}\` | ${code(properties)} |`),
    '',
  ].join('\n');
}
