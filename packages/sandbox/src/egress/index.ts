import { startGuard } from './guard.ts';
import { Mirror, type MirroredDocument } from './mirror.ts';

export interface EgressOptions {
  /** Told of each place outside of this machine, as `host:port`, the first time it is refused. */
  refused: (place: string) => void;
  /** Documents of the Internet that the sandbox has its own edition of. */
  documents: readonly MirroredDocument[];
  /** Certificates begin then. */
  nowMs: number;
}

/** The way out of a sandbox for commands of users: there is none but to this machine and to known documents. */
export interface Egress extends AsyncDisposable {
  /** Variables that lead commands there. */
  proxies: Readonly<Record<string, string>>;
  /** Issuer of the certificates of known documents. */
  caPem: string;
}

/** What programs reach without the proxy. */
const loopback = '127.0.0.1,localhost,::1';

export async function startEgress({ refused, documents, nowMs }: EgressOptions): Promise<Egress> {
  const mirror = new Mirror(documents, nowMs);
  const { url, ...guard } = await startGuard({ refused, mirror });
  const led = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => both(name, url));
  return {
    proxies: Object.fromEntries([...led, ...both('NO_PROXY', loopback)]),
    caPem: mirror.caPem,
    async [Symbol.asyncDispose]() {
      mirror[Symbol.dispose]();
      await guard[Symbol.asyncDispose]();
    },
  };
}

/** Programs disagree about the case of these. */
const both = (name: string, value: string): [string, string][] => [
  [name, value],
  [name.toLowerCase(), value],
];
