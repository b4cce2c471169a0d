import { request as httpRequest } from '@meshbed/core/http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Connect, PlainAgent, SecureAgent } from '@meshbed/kube-client/agents';

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal?: AbortSignal | undefined;
}

/** One exchange over a connection of its own. Redirects are answers like any other: never followed. */
export async function exchange(connect: Connect, request: HttpRequest): Promise<{ status: number; body: string }> {
  const { method, url, headers, body, signal } = request;
  const secure = url.protocol === 'https:';
  const agent = secure ? new SecureAgent(connect) : new PlainAgent(connect);
  try {
    return await new Promise((resolve, reject) => {
      const options = { method, headers, agent, ...(signal ? { signal } : {}) };
      const sent = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
      });
      sent.on('error', reject).end(body);
    });
  } finally {
    agent.destroy();
  }
}
