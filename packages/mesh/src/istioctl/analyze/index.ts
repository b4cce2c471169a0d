import { MeshbedError } from '@meshbed/core';
import type { KubeObject } from '@meshbed/kube-client';
import { type CommandInput, text, texts } from '../context.ts';
import { rendered } from '../output.ts';
import { table } from '../table.ts';
import { analyzers, type Level, type Message } from './analyzers.ts';
import { configurationOf, objectsIn, objectsOf } from './configuration.ts';

const levels: readonly Level[] = ['Info', 'Warning', 'Error'];
/** The exit code that says that something was found. */
const found = 79;
const documentation = 'https://istio.io/v1.28/docs/reference/config/analysis';

/** `istioctl analyze`: what is probably wrong in a namespace, in all of them, or in files that are not applied yet. */
export async function analyze(input: CommandInput): Promise<number | void> {
  const { flags, words, context } = input;
  if (flags['list-analyzers'])
    return context.write(table([['NAME', 'DESCRIPTION'], ...analyzers.map(({ name, about }) => [`* ${name}`, about])]));
  const [shown, failing] = [
    threshold(flags, 'output-threshold', 'Info'),
    threshold(flags, 'failure-threshold', 'Error'),
  ];
  const scope = scopeOf(flags);
  const messages = (await messagesOf(input))
    .filter(({ level }) => levels.indexOf(level) >= levels.indexOf(shown))
    .filter(({ object }) => scope.has(object))
    .filter((message) => !texts(flags['suppress']).some((pattern) => isSuppressed(message, pattern)));
  const formatted = rendered(messages.map(asJson), text(flags['output']), ['log']);
  context.write(formatted ?? messages.map(lineOf).join(''));
  const target = words.length > 0 && flags['use-kube'] === 'false' ? words.join(', ') : scope.name;
  if (messages.length === 0) return context.writeError(`\n✔ No validation issues found when analyzing ${target}.\n`);
  if (!messages.some(({ level }) => levels.indexOf(level) >= levels.indexOf(failing))) return undefined;
  context.writeError(
    `Error: Analyzers found issues when analyzing ${target}.\nSee ${documentation} for more information about causes and resolutions.\n`,
  );
  return found;
}

async function messagesOf({ flags, words, context, kube }: CommandInput): Promise<Message[]> {
  const files = await Promise.all(words.map((file) => objectsIn(file, context)));
  const usesKube = flags['use-kube'] !== 'false';
  if (!usesKube && words.length === 0)
    throw new MeshbedError('user/argument', 'there is nothing to analyze', { next: 'name files, or use the cluster' });
  const configuration = configurationOf(usesKube ? await objectsOf(await kube()) : [], placed(files.flat(), flags));
  return analyzers.flatMap(({ run }) => run(configuration)).toSorted(bySeverity);
}

/** What has no namespace would be applied to that of the command. */
function placed(objects: readonly KubeObject[], flags: CommandInput['flags']): KubeObject[] {
  const namespace = text(flags['namespace']) ?? 'default';
  return objects.map((object) =>
    object.kind === 'Namespace' ? object : { ...object, metadata: { namespace, ...object.metadata } },
  );
}

const bySeverity = (one: Message, other: Message) => levels.indexOf(other.level) - levels.indexOf(one.level);

function scopeOf(flags: CommandInput['flags']): { name: string; has: (object: KubeObject) => boolean } {
  if (flags['all-namespaces']) return { name: 'all namespaces', has: () => true };
  const namespace = text(flags['namespace']) ?? 'default';
  return {
    name: `namespace: ${namespace}`,
    has: ({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace) === namespace,
  };
}

function threshold(flags: CommandInput['flags'], name: string, usual: Level): Level {
  const given = text(flags[name]) ?? usual;
  const level = levels.find((each) => each.toLowerCase() === given.toLowerCase());
  if (level) return level;
  throw new MeshbedError('user/argument', `invalid argument "${given}" for "--${name}"`, {
    next: `choose one of: ${levels.join(', ')}`,
  });
}

const nameOf = ({ kind, metadata: { namespace, name } }: KubeObject) =>
  `${kind} ${kind === 'Namespace' ? '' : `${namespace}/`}${name}`;

/** `CODE=Kind name.namespace`, where `*` stands for any characters. */
function isSuppressed({ code, object }: Message, pattern: string): boolean {
  const { kind, metadata } = object;
  const name = `${kind} ${metadata.name}${kind === 'Namespace' ? '' : `.${metadata.namespace}`}`;
  const [wanted, ...rest] = pattern.split('=');
  const expression = rest
    .join('=')
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*');
  return wanted === code && new RegExp(`^${expression}$`).test(name);
}

const lineOf = ({ level, code, object, text: words }: Message) => `${level} [${code}] (${nameOf(object)}) ${words}\n`;

const asJson = ({ level, code, object, text: message }: Message) => ({
  code,
  documentationUrl: `${documentation}/${code.toLowerCase()}/`,
  level,
  message,
  origin: nameOf(object),
});
