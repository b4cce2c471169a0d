import { badRequest, ApiError } from '../store/errors.ts';
import { copyJson, isRecord, sameJson } from '../store/json.ts';

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

type Parent = Record<string, unknown> | unknown[];

/**
 * JSON patch, RFC 6902.
 * @throws ApiError Invalid when a path is missing or a test fails, BadRequest for a malformed patch
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('json patch: the patch is not a list of operations');
  const holder = { root: copyJson(document) };
  for (const operation of patch as Operation[]) {
    const apply = operations[operation.op];
    if (!apply) throw badRequest(`json patch: unknown operation ${JSON.stringify(operation.op)}`);
    apply(holder, operation);
  }
  return holder.root;
}

type Holder = { root: unknown };

const operations: Readonly<Record<string, (holder: Holder, operation: Operation) => void>> = {
  add: (holder, { path, value }) => put(holder, path, value),
  remove: (holder, { path }) => remove(holder, path),
  replace(holder, { path, value }) {
    if (path !== '') remove(holder, path);
    put(holder, path, value);
  },
  copy: (holder, { from = '', path }) => put(holder, path, copyJson(read(holder, from))),
  move(holder, { from = '', path }) {
    const value = read(holder, from);
    remove(holder, from);
    put(holder, path, value);
  },
  test(holder, { path, value }) {
    if (!sameJson(find(holder, path), value)) throw refused(`testing path ${path}: value does not match`);
  },
};

const refused = (why: string) =>
  new ApiError('Invalid', `the server rejected our request due to an error in our request: ${why}`);

const segments = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const member = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};

function find({ root }: Holder, path: string): unknown {
  let value = root;
  for (const key of segments(path)) value = member(value, key);
  return value;
}

function read(holder: Holder, path: string): unknown {
  const value = find(holder, path);
  if (value === undefined) throw refused(`unable to find path ${path}`);
  return value;
}

function parentOf(holder: Holder, path: string): { parent: Parent; key: string } {
  const keys = segments(path);
  const key = keys.pop() ?? '';
  let parent = holder.root;
  for (const step of keys) parent = member(parent, step);
  if (typeof parent !== 'object' || parent === null) throw refused(`doc is missing path: ${path}`);
  return { parent: parent as Parent, key };
}

function put(holder: Holder, path: string, value: unknown): void {
  if (path === '') {
    holder.root = value;
    return;
  }
  const { parent, key } = parentOf(holder, path);
  if (!Array.isArray(parent)) {
    parent[key] = value;
  } else if (key === '-') {
    parent.push(value);
  } else {
    if (!/^\d+$/.test(key) || Number(key) > parent.length) throw refused(`invalid index ${key} in path ${path}`);
    parent.splice(Number(key), 0, value);
  }
}

function remove(holder: Holder, path: string): void {
  read(holder, path);
  const { parent, key } = parentOf(holder, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}
