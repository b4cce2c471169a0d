/** HTTP agents whose connections are dialled asynchronously, by whatever network the program is on. */
import { Agent as HttpAgent } from '@meshbed/core/http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

export type Connect = (host: string, port: number) => Promise<Socket>;

type Created = (error: Error | null, stream: Duplex) => void;
/** A WebSocket's port is text. */
interface Destination {
  host?: string | null;
  port?: number | string | null;
}

/** Node accepts an agent that returns nothing and calls back later. */
function dial(connect: () => Promise<Duplex>, created: Created | undefined): undefined {
  connect().then(
    (stream) => created?.(null, stream),
    (error: Error) => created?.(error, undefined as never),
  );
  return undefined;
}

export class PlainAgent extends HttpAgent {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    super({ keepAlive: true });
    this.#connect = connect;
  }

  override createConnection({ host, port }: Destination, created?: Created): Duplex | undefined {
    return dial(() => this.#connect(host ?? '', Number(port ?? 80)), created);
  }
}

export interface SecureAgentOptions {
  /** Default: the name in the URL. */
  servername?: string | undefined;
  /** Default: the system's roots. */
  ca?: string | undefined;
  /** False accepts any certificate. */
  rejectUnauthorized?: boolean | undefined;
}

/** A client certificate is an option of each request (`cert`, `key`): Node's pool keeps their connections apart. */
export class SecureAgent extends HttpsAgent {
  readonly #connect: Connect;
  readonly #options: SecureAgentOptions;

  constructor(connect: Connect, options: SecureAgentOptions = {}) {
    super({ keepAlive: true });
    this.#connect = connect;
    this.#options = options;
  }

  override createConnection(
    { host, port, cert, key }: Destination & Pick<tls.ConnectionOptions, 'cert' | 'key'>,
    created?: Created,
  ): Duplex | undefined {
    const { servername, ca, rejectUnauthorized = true } = this.#options;
    const name = servername ?? host ?? '';
    const secure = async () =>
      tls.connect({
        socket: await this.#connect(host ?? '', Number(port ?? 443)),
        host: name, // what the certificate is checked against when it is an address
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ALPNProtocols: ['http/1.1'],
        rejectUnauthorized,
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert, key }),
      });
    return dial(secure, created);
  }
}
