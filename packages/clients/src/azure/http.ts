import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; undefined when it was empty. */
  body: unknown;
}

export interface HttpCall {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** HTTPS with connections that are kept, and the given authority instead of the usual ones. */
export class Https implements Disposable {
  readonly #agent: Agent;

  constructor(ca: string | undefined) {
    this.#agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
  }

  async call({ method, url, headers = {}, body }: HttpCall): Promise<HttpAnswer> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options: RequestOptions = { method, headers: { ...headers, ...length }, agent: this.#agent };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, options, resolve).once('error', reject).end(body);
    });
    const content = await text(response);
    return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(content) };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

function parsed(content: string): unknown {
  if (content === '') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return { error: { code: 'NotJson', message: content.slice(0, 200) } };
  }
}
