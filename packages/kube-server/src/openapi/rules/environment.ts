import { Environment } from '@marcbachmann/cel-js';

/** Kubernetes' CEL functions on URLs. */
class Url {
  readonly url: URL;

  constructor(url: URL) {
    this.url = url;
  }
}

const parts: Readonly<Record<string, (url: URL) => string>> = {
  getScheme: ({ protocol }) => protocol.replace(/:$/, ''),
  getHost: ({ host }) => host,
  getHostname: ({ hostname }) => hostname,
  getPort: ({ port }) => port,
  getEscapedPath: ({ pathname }) => pathname,
};

type Comparable = bigint | number | string;

/** CEL as rules of custom resources use it: the standard, and of Kubernetes' libraries URLs, `find` and lists. */
export function createEnvironment(): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
    .registerType('URL', Url)
    .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
    .registerFunction('url(string): URL', (text: string) => new Url(new URL(text)))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return new RegExp(pattern).exec(text)?.[0] ?? '';
    })
    .registerFunction('list.isSorted(): bool', (list: Comparable[]) =>
      list.every((item, index) => index === 0 || (list[index - 1] ?? item) <= item),
    )
    .registerFunction('list.min(): dyn', (list: Comparable[]) => list.reduce((a, b) => (b < a ? b : a)))
    .registerFunction('list.max(): dyn', (list: Comparable[]) => list.reduce((a, b) => (b > a ? b : a)))
    .registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)));
  for (const [name, part] of Object.entries(parts)) {
    environment.registerFunction(`URL.${name}(): string`, ({ url }: Url) => part(url));
  }
  return environment;
}
