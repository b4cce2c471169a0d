import type { IncomingMessage, ServerResponse } from 'node:http';
import { aggregatedDiscovery, coreVersions, groupDescription, groupList, resourceList } from '../discovery/index.ts';
import { openapiDocument, openapiIndex, swaggerDocument, swaggerMediaType, swaggerProtobuf } from '../openapi/index.ts';
import { noSuchPath } from '../store/errors.ts';
import type { ServedCluster } from './exchange.ts';
import type { Route } from './route.ts';
import { sendJson, sendText } from './respond.ts';

export interface PathRequest {
  cluster: ServedCluster;
  route: Route;
  /** `/clusters/NAME`, or nothing inside the VPC. */
  prefix: string;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Paths that anybody may read. */
export const publicPaths: ReadonlySet<string> = new Set(['version', 'healthz', 'livez', 'readyz']);

/** Serves what is not a resource: version, health, discovery, OpenAPI. */
export function servePath(asked: PathRequest): void {
  const { route, response } = asked;
  const [root = '', ...rest] = route.segments;
  if (root === 'version') return sendJson(response, 200, versionInfo(asked.cluster));
  if (publicPaths.has(root)) return sendText(response, 'ok');
  if (root === 'openapi' && rest[0] === 'v2' && rest.length === 1) return serveSwagger(asked);
  if (root === 'openapi' && rest[0] === 'v3') return serveOpenapi(asked, rest.slice(1));
  if ((root === 'api' || root === 'apis') && rest.length === 0) return serveDiscovery(asked, root);
  const body = described(asked, root, rest);
  if (!body) throw noSuchPath();
  sendJson(response, 200, body);
}

function described({ cluster }: PathRequest, root: string, rest: readonly string[]): object | undefined {
  const { registry } = cluster.store;
  const [first = '', second] = rest;
  if (root === 'api' && rest.length === 1) return resourceList(registry, '', first);
  if (root !== 'apis' || rest.length > 2) return undefined;
  return second === undefined ? groupDescription(registry, first) : resourceList(registry, first, second);
}

function serveDiscovery({ cluster, request, response }: PathRequest, root: 'api' | 'apis'): void {
  const { registry } = cluster.store;
  const accept = request.headers.accept ?? '';
  if (!accept.includes('as=APIGroupDiscoveryList')) {
    return sendJson(response, 200, root === 'api' ? coreVersions : groupList(registry), { vary: 'Accept' });
  }
  // kubectl up to 1.29 knows v2beta1 only, and refuses an answer labelled v2.
  const version = /\bv=v2\b/.test(accept) ? 'v2' : 'v2beta1';
  const body = aggregatedDiscovery(registry, root === 'api' ? 'core' : 'groups');
  sendJson(
    response,
    200,
    { ...body, apiVersion: `apidiscovery.k8s.io/${version}` },
    {
      'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      vary: 'Accept',
    },
  );
}

function serveSwagger({ cluster, request, response }: PathRequest): void {
  const { registry } = cluster.store;
  if (!request.headers.accept?.includes('com.github.proto-openapi')) {
    return sendJson(response, 200, swaggerDocument(registry, cluster.gitVersion), { vary: 'Accept' });
  }
  const headers = { 'content-type': swaggerMediaType, vary: 'Accept' };
  response.writeHead(200, headers).end(swaggerProtobuf(registry, cluster.gitVersion));
}

function serveOpenapi({ cluster, prefix, response }: PathRequest, rest: readonly string[]): void {
  const { registry } = cluster.store;
  const body =
    rest.length === 0 ? openapiIndex(registry, prefix) : openapiDocument(registry, rest.join('/'), cluster.gitVersion);
  if (!body) throw noSuchPath();
  sendJson(response, 200, body);
}

function versionInfo({ gitVersion }: ServedCluster): object {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2025-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  };
}
