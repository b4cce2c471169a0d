import { stringify } from 'yaml';
import { settings, type Setting } from '../settings/index.ts';
import { outline } from './outline.ts';

/** Values to write, by `Setting.key`. */
export type Written = ReadonlyMap<string, unknown>;

/** A YAML file with every setting that a scenario looks at: those with values, the others as comments. */
export function yamlFile(written: Written, scenario?: number): string {
  let silentBelow: number | undefined;
  const lines = outline((setting) => isFor(setting, scenario)).flatMap((item) => {
    const { depth, name } = item;
    if (silentBelow !== undefined && depth <= silentBelow) silentBelow = undefined;
    const active = (item.kind === 'section' ? item.holds : [item.setting]).some(({ key }) => written.has(key));
    const about = commented(`# ${item.kind === 'section' ? item.about : item.setting.about}`, depth, silentBelow);
    const gap = depth === 0 ? [''] : [];
    const silent = active ? undefined : (silentBelow ?? depth);
    if (item.kind === 'section') {
      silentBelow = silent;
      return [...gap, about, commented(`${name}:`, depth, silent)];
    }
    const { setting } = item;
    const value = active ? written.get(setting.key) : exampleOf(setting);
    const text = stringify({ [name]: value })
      .trimEnd()
      .split('\n');
    return [...gap, about, ...text.map((line) => commented(line, depth, silent))];
  });
  return [
    `# Configuration of meshbed. Everything that is commented out shows its default or an example.`,
    ...lines,
    '',
  ].join('\n');
}

/** The line at its depth; a comment from depth `silent` on. */
function commented(line: string, depth: number, silent: number | undefined): string {
  if (silent === undefined) return `${'  '.repeat(depth)}${line}`;
  return `${'  '.repeat(silent)}# ${'  '.repeat(depth - silent)}${line}`;
}

/** The same as a shell file. */
export function shellFile(written: Written, scenario?: number): string {
  const lines = settings
    .filter((setting) => setting.variables.length > 0 && isFor(setting, scenario))
    .flatMap((setting) => {
      const active = written.has(setting.key);
      const value = String(active ? written.get(setting.key) : exampleOf(setting));
      return ['', `# ${setting.about}`, `${active ? '' : '# '}export ${setting.variables[0]}=${quoted(value)}`];
    });
  return [
    '# Configuration of meshbed. This file is read, not run: export NAME=VALUE, $NAME and $(whoami).',
    ...lines,
    '',
  ].join('\n');
}

export function exampleOf({ rule, fallback }: Setting): unknown {
  if (fallback !== undefined) return fallback;
  switch (rule.type) {
    case 'text':
      return rule.example;
    case 'integer':
      return rule.minimum;
    case 'secret':
      return 'env:GLOO_MESH_LICENSE_KEY';
    case 'images':
      return { 'registry.example.com/team/shop': ['node', 'shop.js'] };
  }
}

const isFor = ({ scenarios }: Setting, scenario: number | undefined) =>
  scenario === undefined || scenarios === undefined || scenarios.includes(scenario);

const quoted = (value: string) => (/^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`);
