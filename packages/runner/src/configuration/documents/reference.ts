import { settings, type Rule, type Setting } from '../settings/index.ts';
import { yamlFile } from './example.ts';

const introduction = `# Configuration

<!-- Generated from packages/runner/src/configuration/settings by \`npm run generate\`; don't edit. -->

Everything has a default; the sandbox needs no configuration at all. What is set wins in this order:

1. a flag: \`meshbed run 3 --cluster-name demo\`
2. a variable of the environment: \`MESHBED_CLUSTER_NAME\`, else \`CLUSTER_NAME\`
3. the file given with \`-c FILE\`, else named by \`MESHBED_CONFIG\`, else \`meshbed.yaml\` in the current folder
4. the user's own file, \`~/.config/meshbed/config.yaml\`
5. the default

\`meshbed config show --origin\` prints every value with where it comes from, \`meshbed config check\` says what is wrong
with a file without running anything, \`meshbed config init\` writes a new one.

## Formats

YAML is described by [configuration.schema.json](configuration.schema.json), which editors can use. Keys that don't
exist are errors.

Shell files of lines \`export NAME=VALUE\` are *read, never executed*. Quotes, \`$NAME\`, \`\${NAME}\`, \`$(whoami)\` and
comments mean what they mean to a shell; anything else is an error with file, line and column, and nothing is run.
\`-c\` tells the formats apart by the extension, else by the content.

## Secrets

A secret is never printed, logged or written, and is no flag, since every user of a machine can see the arguments of its
processes. Instead of the value, write a reference: \`env:NAME\` or \`file:PATH\` (relative to the configuration file).
`;

/** docs/configuration.md */
export function reference(): string {
  const rows = settings.map(rowOf);
  return [
    introduction,
    '## Settings\n',
    '| YAML | variable | flag | default | what it is |',
    '|---|---|---|---|---|',
    ...rows,
    '\n## A file with everything\n',
    '```yaml',
    `${yamlFile(new Map()).trimEnd()}`,
    '```',
    '',
  ].join('\n');
}

function rowOf({ path, variables, flag, fallback, rule, scenarios, about }: Setting): string {
  const only = scenarios === undefined ? '' : ` Scenario ${scenarios.join(', ')}.`;
  const cells = [
    code(path),
    variables.map(code).join(', ') || '–',
    flag === undefined ? '–' : code(flag),
    fallback === undefined ? '–' : code(String(fallback)),
    `${about} ${wantedBy(rule)}${only}`,
  ];
  return `| ${cells.map((cell) => cell.trim().replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

function wantedBy(rule: Rule): string {
  if (rule.type === 'integer') return `A whole number from ${rule.minimum} to ${rule.maximum}.`;
  if (rule.type !== 'text') return '';
  const sentence = rule.must.map(({ be }) => be).join('; ');
  return `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`;
}

const code = (text: string) => `\`${text}\``;
