import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { createServer } from '@meshbed/core/http';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';

/** A document of the Internet that the sandbox has its own edition of: for guides that apply it by its address. */
export interface MirroredDocument {
  host: string;
  /** Of the path. */
  path: RegExp;
  /** Told from which address it was asked for. */
  read: (address: string) => string;
}

const dayMs = 86_400_000;

/** Answers for the hosts of known documents, in TLS with a certificate of the sandbox. */
export class Mirror implements Disposable {
  readonly #documents: readonly MirroredDocument[];
  readonly #server: Server;
  readonly #authority: Authority;
  readonly #nowMs: number;
  readonly #sockets = new Set<Duplex>();

  constructor(documents: readonly MirroredDocument[], nowMs: number) {
    this.#documents = documents;
    this.#nowMs = nowMs;
    this.#authority = new Authority({ commonName: 'meshbed sandbox mirror', organization: 'meshbed', nowMs });
    this.#server = createServer(({ headers, url = '/' }, response) => {
      const host = headers.host?.replace(/:\d+$/, '') ?? '';
      const found = documents.find((document) => document.host === host && document.path.test(url));
      if (found) return response.writeHead(200, { 'content-type': 'text/plain' }).end(found.read(`${host}${url}`));
      const problem = `The meshbed sandbox has no copy of https://${host}${url}, and refuses to fetch it without --allow-net.\n`;
      return response.writeHead(403, { 'content-type': 'text/plain' }).end(problem);
    });
  }

  /** What commands must trust. */
  get caPem(): string {
    return this.#authority.certificatePem;
  }

  has(host: string): boolean {
    return this.#documents.some((document) => document.host === host);
  }

  /** Serves a connection that its client believes to be one to `host`. */
  accept(host: string, socket: Duplex): void {
    const secureContext = createSecureContext(this.#certify(host));
    const secure = new TLSSocket(socket as never, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    this.#sockets.add(secure.on('error', () => secure.destroy()).once('close', () => this.#sockets.delete(secure)));
    this.#server.emit('connection', secure);
  }

  #certify(host: string): { key: string; cert: string } {
    const keys = createKeyPair();
    const names = { dns: [host] };
    const publicKey = publicKeyDer(keys.publicKey);
    const cert = this.#authority.issue({ publicKey, commonName: host, names, ttlMs: dayMs, nowMs: this.#nowMs });
    return { key: privateKeyPem(keys.privateKey), cert };
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
