import { sections, settings, type Setting } from '../settings/index.ts';

/** The YAML file as an outline: sections with what is below them, in the order of the table. */
export type OutlineItem =
  | { kind: 'setting'; depth: number; name: string; setting: Setting }
  | { kind: 'section'; depth: number; name: string; about: string; holds: readonly Setting[] };

export function outline(include: (setting: Setting) => boolean = () => true): OutlineItem[] {
  const seen = new Set<string>();
  const shown = settings.filter(include);
  return shown.flatMap((setting): OutlineItem[] => {
    const names = setting.path.split('.');
    const parents = names.slice(0, -1).map((_name, index) => names.slice(0, index + 1).join('.'));
    const opened = parents.filter((parent) => !seen.has(parent));
    for (const parent of opened) seen.add(parent);
    return [
      ...opened.map((parent): OutlineItem => {
        const holds = shown.filter(({ path }) => path.startsWith(`${parent}.`));
        const depth = parent.split('.').length - 1;
        return { kind: 'section', depth, name: parent.split('.').at(-1)!, about: sections[parent] ?? '', holds };
      }),
      { kind: 'setting', depth: names.length - 1, name: names.at(-1)!, setting },
    ];
  });
}
