import type { Route } from './route.ts';

/** The routes as an OpenAPI 3.1 document. */
export function openApi(routes: readonly Route<never>[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[`/_sandbox${route.path}`] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'meshbed sandbox control API',
      version: '1',
      description:
        'Served beside the AWS APIs on 127.0.0.1. The secret is in the locator file (instance.json) of the sandbox. Requests of web pages are refused.',
    },
    security: [{ secret: [] }],
    paths,
    components: { securitySchemes: { secret: { type: 'http', scheme: 'bearer' } } },
  };
}

function operation({ path, summary, open, query = {}, body, answer, status = 200 }: Route<never>): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: text,
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: text,
  }));
  return {
    summary,
    ...(open ? { security: [] } : {}),
    ...(inPath.length + inQuery.length > 0 ? { parameters: [...inPath, ...inQuery] } : {}),
    ...(body ? { requestBody: { content: { 'application/json': { schema: body } } } } : {}),
    responses: { [status]: { description: answer, content: { 'application/json': {} } } },
  };
}

const text = { type: 'string' };
