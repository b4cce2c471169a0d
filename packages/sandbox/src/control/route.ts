import type { IncomingMessage, ServerResponse } from 'node:http';

/** What can be asked of a running sandbox, as its OpenAPI file describes it. */
export interface Route<Subject> {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/_sandbox`; `{name}` is a parameter. */
  path: string;
  summary: string;
  /** Whether it answers without the secret, and before the sandbox is ready. */
  open?: true;
  /** Query parameters: name → what it says. */
  query?: Readonly<Record<string, string>>;
  /** JSON Schema of the body. */
  body?: object;
  /** What it answers, in words. */
  answer: string;
  status?: number;
  run: (subject: Subject, call: Call) => unknown;
}

export interface Call {
  parameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Parsed; undefined without a body. */
  body: unknown;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Returned by a route that answers by itself. */
export const answered: unique symbol = Symbol('answered');

/** The parameters when the route serves the path. */
export function match({ path: pattern }: Pick<Route<never>, 'path'>, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const found = given[at] ?? '';
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = decodeURIComponent(found);
    else if (part !== found) return undefined;
  }
  return parameters;
}
