import { suggestion } from '@meshbed/core';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { settings, type Setting } from '../settings/index.ts';
import { problem, type Given, type Problem, type Reading } from './reading.ts';

/** The settings as the file nests them. */
type Tree = Map<string, Tree | Setting>;

const tree: Tree = new Map();
for (const setting of settings) {
  const names = setting.path.split('.');
  const last = names.pop() ?? '';
  let at = tree;
  for (const name of names) {
    if (!at.has(name)) at.set(name, new Map());
    at = at.get(name) as Tree;
  }
  at.set(last, setting);
}

/** Reads the native format; keys that don't exist and values of the wrong kind are problems with line and column. */
export function readYaml(text: string, file: string): Reading {
  const lines = new LineCounter();
  const [document, second] = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!document || !('contents' in document)) return { given: [], problems: [] };
  const reader = new YamlReader(file, lines, document);
  for (const { pos, message } of document.errors) reader.report(pos[0], `this is no valid YAML: ${firstLine(message)}`);
  if (second) reader.report(second.range[0], 'a configuration is one YAML document', 'remove what follows the ---');
  if (document.errors.length === 0) reader.section(document.contents, tree, []);
  return reader;
}

class YamlReader implements Reading {
  readonly given: Given[] = [];
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #document: Document;

  constructor(file: string, lines: LineCounter, document: Document) {
    this.#file = file;
    this.#lines = lines;
    this.#document = document;
  }

  report(offset: number, message: string, hint = ''): void {
    this.problems.push(problem(this.#at(offset), message, hint));
  }

  /** One level of the tree. An empty section is as good as none. */
  section(node: Node | null, known: Tree, path: readonly string[]): void {
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap(node)) {
      const where = path.length === 0 ? 'the configuration' : path.join('.');
      const example = [...known.keys()][0] ?? '';
      return this.report(offsetOf(node), `${where} must have settings below it`, `for example ${example}: …`);
    }
    for (const { key, value } of node.items) this.#entry(key as Node, value as Node | null, { known, path });
  }

  #entry(key: Node, value: Node | null, { known, path }: { known: Tree; path: readonly string[] }): void {
    const name = isScalar(key) ? String(key.value) : '';
    const found = known.get(name);
    const full = [...path, name];
    if (found === undefined) return this.#unknown(key, full, known);
    const node = isAlias(value) ? (value.resolve(this.#document) ?? null) : value;
    if (found instanceof Map) return this.section(node, found, full);
    if (node === null || (isScalar(node) && node.value === null)) {
      const hint = `give it a value, or remove the line`;
      return this.report(offsetOf(key), `${found.path} has no value`, hint);
    }
    this.given.push({ setting: found, name: found.path, raw: rawOf(node, found), origin: this.#at(offsetOf(node)) });
  }

  /** The same word at another place of the file is the most likely mistake after a typing error. */
  #unknown(key: Node, path: readonly string[], known: Tree): void {
    const name = path.at(-1) ?? '';
    const elsewhere = settings.find(
      (setting) => setting.path.split('.').at(-1) === name || setting.variables.includes(name),
    );
    const hint =
      suggestion(name, known.keys()) ||
      (elsewhere ? `did you mean ${elsewhere.path}?` : `known here: ${[...known.keys()].join(', ')}`);
    this.report(offsetOf(key), `${path.join('.')} is no setting`, hint);
  }

  #at(offset: number) {
    const { line, col } = this.#lines.linePos(offset);
    return { kind: 'file', file: this.#file, line: Math.max(1, line), column: Math.max(1, col) } as const;
  }
}

/** Text as it is written, since a number has lost its leading zeros: account 000000000001, tag 1.10. */
function rawOf(node: Node, { rule }: Setting): unknown {
  if (rule.type === 'images') return node.toJSON() as unknown;
  if (!isScalar(node)) return isSeq(node) ? [] : {};
  const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint';
  return isNumber && rule.type !== 'integer' ? (node.source ?? String(node.value)) : node.value;
}

const offsetOf = (node: Node) => node.range?.[0] ?? 0;

const firstLine = (message: string) => message.split('\n')[0] ?? '';
