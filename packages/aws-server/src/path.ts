import type { HttpBinding } from './wire/index.ts';

/** Labels of a path that fits the template; undefined when method or path do not fit. */
export type PathMatcher = (method: string, path: string) => Record<string, string> | undefined;

/** A matcher for an `http` trait: `GET /clusters/{name}`, `{arn+}` may span slashes. */
export function pathMatcher([method, template]: HttpBinding): PathMatcher {
  const labels: string[] = [];
  const pattern = (template.split('?')[0] ?? '').replace(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) => {
    labels.push(label);
    return greedy ? '(.+)' : '([^/]+)';
  });
  const expression = new RegExp(`^${pattern}/?$`);
  return (actual, path) => {
    const match = actual === method ? expression.exec(path) : null;
    if (!match) return undefined;
    return Object.fromEntries(labels.map((label, index) => [label, decodeURIComponent(match[index + 1] ?? '')]));
  };
}
