import type { AzureResource } from '@meshbed/clients/azure';
import { required, tagsOf, text, type Values } from './arguments.ts';
import { AzFailure } from './failure.ts';
import type { Session } from './session.ts';
import { groupView } from './view.ts';
import { waitFor } from './wait.ts';

const version = '2021-04-01';

const nameOf = (values: Values) =>
  text(values, 'name') ?? required(values, 'resource-group', '--name/-n/--resource-group/-g');

export const groupPath = (name: string): string => `/resourceGroups/${encodeURIComponent(name)}`;

const clientOf = (session: Session, values: Values) => session.client(text(values, 'subscription'));

/** @throws AzFailure with exit code 3 */
export async function requireGroup(session: Session, values: Values, name: string): Promise<AzureResource> {
  const found = await clientOf(session, values).get(groupPath(name), version);
  if (found) return found;
  const text = `Resource group '${name}' could not be found.`;
  throw new AzFailure(`(ResourceGroupNotFound) ${text}\nCode: ResourceGroupNotFound\nMessage: ${text}`, 3);
}

export async function createGroup(session: Session, values: Values): Promise<object> {
  const location = required(values, 'location', '--location/-l');
  const tags = tagsOf(values);
  const body = { location, ...(tags ? { tags } : {}) };
  return groupView((await clientOf(session, values).put(groupPath(nameOf(values)), version, body)).resource);
}

export const showGroup = async (session: Session, values: Values): Promise<object> =>
  groupView(await requireGroup(session, values, nameOf(values)));

/** `--tag a` or `--tag a=b`. */
export async function listGroups(session: Session, values: Values): Promise<object[]> {
  const [, name, tagged] = /^([^=]+)(?:=(.*))?$/.exec(text(values, 'tag') ?? '') ?? [];
  const value = tagged === undefined ? '' : ` and tagvalue eq '${tagged}'`;
  const filter = name === undefined ? '' : `?$filter=${encodeURIComponent(`tagname eq '${name}'${value}`)}`;
  return (await clientOf(session, values).list<AzureResource>(`/resourceGroups${filter}`, version)).map(groupView);
}

export const waitForGroup = (session: Session, values: Values): Promise<undefined> =>
  waitFor(session, values, () => clientOf(session, values).get<AzureResource>(groupPath(nameOf(values)), version));

export const groupExists = async (session: Session, values: Values): Promise<boolean> =>
  (await clientOf(session, values).get(groupPath(nameOf(values)), version)) !== undefined;

export async function deleteGroup(session: Session, values: Values): Promise<undefined> {
  const name = nameOf(values);
  confirmed(values);
  await requireGroup(session, values, name);
  const client = clientOf(session, values);
  await client.delete(groupPath(name), version);
  if (values['no-wait']) return undefined;
  await session.poll(`deletion of ${name}`, async () => {
    const left = await client.get<AzureResource & { properties: { provisioningState: string } }>(
      groupPath(name),
      version,
    );
    if (left && left.properties.provisioningState !== 'Deleting')
      throw new AzFailure(`The deletion of resource group '${name}' failed.`);
    return left ? undefined : true;
  });
  return undefined;
}

/** Nobody can be asked: az without a terminal. @throws AzFailure */
export function confirmed({ yes }: Values): void {
  if (!yes) throw new AzFailure('Unable to prompt for confirmation as no tty available. Use --yes.');
}
