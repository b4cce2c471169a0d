import { MeshbedError, suggestion } from '@meshbed/core';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { severities } from '../known-issues/index.ts';
import { scenarios as allScenarios } from '../scenario/index.ts';
import type { TrackedIssues } from './issue.ts';

/** What is wrong with a value, or nothing. */
type Rule = (value: unknown) => string | undefined;

const text: Rule = (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'must be text');

const severity: Rule = (value) => {
  if (severities.some((each) => each === value)) return undefined;
  const hint = typeof value === 'string' ? suggestion(value, severities) : '';
  return [`must be one of ${severities.join(', ')}`, hint].filter((part) => part !== '').join('; ');
};

const date: Rule = (value) => {
  const isDate = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
  return isDate && isoDate(value) === value ? undefined : 'must be a date like 2026-01-20';
};

/** The same day again, when there is such a day. */
function isoDate(value: string): string | undefined {
  const ms = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}

const scenarioNumbers: readonly number[] = allScenarios.map(({ number }) => number);

const scenarios: Rule = (value) => {
  const isList =
    Array.isArray(value) && value.length > 0 && value.every((each) => scenarioNumbers.includes(each as number));
  return value === 'all' || isList ? undefined : `must be all, or a list of ${scenarioNumbers.join(', ')}: [1, 3]`;
};

const common = { id: text, severity, scenarios, component: text, description: text, reported: date };

/** The fields of each list; all are required. */
const schema: Readonly<Record<keyof TrackedIssues, Readonly<Record<string, Rule>>>> = {
  open: { ...common, workaround: text },
  resolved: { ...common, resolution: text, resolved: date },
};

/**
 * Reads `issues.yaml`: lists `open` and `resolved`. All problems are told at once, each with line and column.
 *
 * @throws MeshbedError `user/issues`
 */
export function readIssues(source: string, file: string): TrackedIssues {
  const lines = new LineCounter();
  // Dates stay text: a YAML timestamp would become a point in time of this machine's zone.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const reader = new Reader(file, lines);
  for (const { pos, message } of document.errors)
    reader.report(pos[0], `this is no valid YAML: ${message.split('\n')[0]}`);
  if (document.errors.length === 0) reader.document(document.contents);
  if (reader.problems.length > 0) throw new MeshbedError('user/issues', reader.problems.join('\n'), { object: file });
  const { open, resolved } = (document.toJS() ?? {}) as { [List in keyof TrackedIssues]?: TrackedIssues[List] | null };
  return { open: open ?? [], resolved: resolved ?? [] };
}

class Reader {
  readonly problems: string[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #ids = new Map<string, string>();

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  report(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push(`${this.#file}:${line}:${col}: ${message}`);
  }

  document(node: Node | null): void {
    if (isEmpty(node)) return;
    if (!isMap(node)) return this.report(offsetOf(node), 'the file must have the lists open and resolved');
    this.#keys(node, Object.keys(schema), 'the file');
    for (const name of Object.keys(schema) as (keyof TrackedIssues)[]) {
      const list = node.get(name, true) as Node | undefined;
      if (list === undefined || isEmpty(list)) continue;
      if (!isSeq(list)) this.report(offsetOf(list), `${name} must be a list of issues`);
      else for (const [index, item] of list.items.entries()) this.#issue(item as Node, name, `${name}[${index}]`);
    }
  }

  #issue(node: Node, list: keyof TrackedIssues, where: string): void {
    if (!isMap(node)) return this.report(offsetOf(node), `${where} must be an issue with id, severity, …`);
    const rules = schema[list];
    this.#keys(node, Object.keys(rules), where);
    for (const [name, rule] of Object.entries(rules)) {
      const value = node.get(name, true) as Node | undefined;
      if (value === undefined || isEmpty(value)) this.report(offsetOf(node), `${where} has no ${name}`);
      else this.#value(value, rule, `${where}.${name}`);
    }
    this.#unique(node, where);
  }

  #value(node: Node, rule: Rule, where: string): void {
    const value: unknown = isScalar(node) ? node.value : (node as YAMLMap).toJSON();
    const problem = rule(value);
    if (problem !== undefined) this.report(offsetOf(node), `${where} is ${JSON.stringify(value)}: it ${problem}`);
  }

  #unique(node: YAMLMap, where: string): void {
    const id = node.get('id');
    if (typeof id !== 'string') return;
    const other = this.#ids.get(id);
    if (other === undefined) this.#ids.set(id, where);
    else this.report(offsetOf(node), `${where} has the id ${id} of ${other}: every id is used once`);
  }

  #keys(node: YAMLMap, known: readonly string[], where: string): void {
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (known.includes(name)) continue;
      const hint = suggestion(name, known) || `known are ${known.join(', ')}`;
      this.report(offsetOf(key as Node), `${where} has no field ${name}; ${hint}`);
    }
  }
}

const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);
const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0;
