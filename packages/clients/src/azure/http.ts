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
    const response = await answerTo(url, options, body);
    const content = await text(response);
    return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(content) };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/**
 * A connection that was kept may be closed by the server while the request is on its way to it: that says nothing about
 * the request, which goes out again. All that is sent here can be repeated.
 */
async function answerTo(url: string, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | undefined>();
  const sent = request(url, options, resolve);
  sent.once('error', (error: NodeJS.ErrnoException) => {
    if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(undefined);
    else reject(error);
  });
  sent.end(body);
  return (await promise) ?? answerTo(url, options, body);
}

function parsed(content: string): unknown {
  if (content === '') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return { error: { code: 'NotJson', message: content.slice(0, 200) } };
  }
}
