import { publicEndpoint, type AzureAccess } from './access.ts';
import { isMissing, refused } from './errors.ts';
import { Https, type HttpAnswer } from './http.ts';
import { withPatience, type Patience } from './retry.ts';

/** A resource of any type, as the Resource Manager shows it. */
export interface AzureResource {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  properties?: Record<string, unknown>;
}

/** A change that goes on after it was accepted. */
export interface Accepted<T> {
  /** The resource as it is now. */
  resource: T;
  /** Where the end is told; undefined when there is nothing to wait for. */
  operation: string | undefined;
}

export interface Operation {
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  error?: { code: string; message: string };
}

/**
 * The Resource Manager of one subscription. Paths begin behind the subscription: `/resourceGroups/G/providers/…`.
 * Methods throw AzureError.
 */
export interface AzureClient extends Disposable {
  readonly access: AzureAccess;
  /** undefined when it, or its resource group, isn't there. */
  get<T extends AzureResource>(path: string, version: string): Promise<T | undefined>;
  /** All pages. */
  list<T>(path: string, version: string): Promise<T[]>;
  put<T extends AzureResource>(path: string, version: string, body: object): Promise<Accepted<T>>;
  post<T>(path: string, version: string): Promise<T>;
  /** false when it wasn't there. */
  delete(path: string, version: string): Promise<boolean>;
  /** Where a change stands; `at` is the URL that it was accepted with. */
  operation(at: string): Promise<Operation>;
}

/** Calls that are throttled are repeated, see `withPatience`. */
export function createAzureClient(access: AzureAccess, patience: Patience): AzureClient {
  const https = new Https(access.ca);
  const root = `${access.endpoint ?? publicEndpoint}/subscriptions/${access.subscription}`;
  const call = async (method: string, url: string, body?: object): Promise<HttpAnswer> => {
    const answer = await withPatience(patience, async () =>
      https.call({
        method,
        url,
        headers: { authorization: `Bearer ${await access.token()}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return answer.status >= 400 ? refused(answer.status, answer.body) : answer;
  };
  const at = (path: string, version: string) => `${root}${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;
  return {
    access,
    get: async <T>(path: string, version: string) =>
      unlessMissing(async () => (await call('GET', at(path, version))).body as T),
    async list<T>(path: string, version: string) {
      const items: T[] = [];
      for (let url: string | undefined = at(path, version); url !== undefined;) {
        const page = (await call('GET', url)).body as { value: T[]; nextLink?: string };
        items.push(...page.value);
        url = page.nextLink;
      }
      return items;
    },
    async put<T>(path: string, version: string, body: object) {
      const { body: resource, headers } = await call('PUT', at(path, version), body);
      return { resource: resource as T, operation: headers['azure-asyncoperation'] as string | undefined };
    },
    post: async <T>(path: string, version: string) => (await call('POST', at(path, version))).body as T,
    delete: async (path, version) => {
      const answer = await unlessMissing(() => call('DELETE', at(path, version)));
      return answer !== undefined && answer.status !== 204;
    },
    operation: async (url) => (await call('GET', url)).body as Operation,
    [Symbol.dispose]: () => https[Symbol.dispose](),
  };
}

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
