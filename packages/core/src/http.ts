/**
 * `node:http` without its price. An `import` of it evaluates everything that it exports, and one of these
 * (`WebSocket`) loads a second HTTP client: 35 ms in every process, the short-lived istioctl above all.
 */
import type * as Http from 'node:http';

const http = process.getBuiltinModule('node:http');

export const Agent: typeof Http.Agent = http.Agent;
export const createServer: typeof Http.createServer = http.createServer;
export const get: typeof Http.get = http.get;
export const request: typeof Http.request = http.request;
export const STATUS_CODES: typeof Http.STATUS_CODES = http.STATUS_CODES;
