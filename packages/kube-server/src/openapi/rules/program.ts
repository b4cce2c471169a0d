import { createEnvironment } from './environment.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A rule that can be evaluated, or why it can't. */
export type Program = { run: (variables: Variables) => unknown } | { problem: string };

let environment: ReturnType<typeof createEnvironment> | undefined;
const compiled = new Map<string, Program>();

export function compile(rule: string): Program {
  const known = compiled.get(rule);
  if (known) return known;
  const program = parse(rule);
  compiled.set(rule, program);
  return program;
}

function parse(rule: string): Program {
  try {
    const run = (environment ??= createEnvironment()).parse(inOurWords(rule));
    const { valid, error } = run.check();
    return valid ? { run: (variables) => run(variables) } : { problem: firstLine(error) };
  } catch (error) {
    return { problem: firstLine(error) };
  }
}

const firstLine = (error: unknown) => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));

/**
 * The same rule for an evaluator whose `has` takes names only (`has(self[0].a)` asks `"a" in self[0]`), and whose regular
 * expressions are JavaScript's, where a flag comes with what it governs.
 */
function inOurWords(rule: string): string {
  const flagged = rule.replaceAll(/(r?)("""|'''|"|')((?:(?!\2)[^])*?)\(\?i\)((?:(?!\2)[^])*)\2/g, '$1$2$3(?i:$4)$2');
  let text = '';
  let rest = flagged;
  for (let at = rest.search(/\bhas\(/); at >= 0; at = rest.search(/\bhas\(/)) {
    const argument = parenthesized(rest.slice(at + 'has'.length));
    text += rest.slice(0, at) + presence(argument);
    rest = rest.slice(at + 'has()'.length + argument.length);
  }
  return text + rest;
}

/** What is between the first parenthesis and its counterpart. */
function parenthesized(text: string): string {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] === ')' && --depth === 0) return text.slice(1, index);
  }
  return text.slice(1);
}

function presence(argument: string): string {
  const dot = argument.lastIndexOf('.');
  if (/^[\w.]+$/.test(argument) || dot < 0) return `has(${argument})`;
  return `(${JSON.stringify(argument.slice(dot + 1).trim())} in (${argument.slice(0, dot)}))`;
}
