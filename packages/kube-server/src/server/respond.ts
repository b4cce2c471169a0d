import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { statusOf } from './status.ts';

export function sendJson(
  response: ServerResponse,
  code: number,
  body: object,
  headers: Readonly<Record<string, string | string[]>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...headers,
  });
  response.end(text);
}

export function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

/** An error after the headers are out can only end the connection. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, body } = statusOf(error);
  sendJson(response, code, body);
}

/** Refuses an upgrade, on the bare socket. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { code, body } = statusOf(error);
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  socket.end(
    `HTTP/1.1 ${code} Refused\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${text}`,
  );
}

/** Warnings as RFC 7234 headers; kubectl prints them. */
export const warningHeaders = (warnings: readonly string[]): Record<string, string[]> =>
  warnings.length === 0 ? {} : { warning: warnings.map((text) => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`) };
