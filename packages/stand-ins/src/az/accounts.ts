import type { Account, Login } from './configuration.ts';
import { required, text, type Values } from './arguments.ts';
import { AzFailure, usage } from './failure.ts';
import type { Session } from './session.ts';

export const showAccount = async ({ configuration }: Session, values: Values): Promise<object> =>
  configuration.account(text(values, 'subscription') ?? text(values, 'name'));

export const listAccounts = async ({ configuration }: Session): Promise<object[]> =>
  configuration.accounts().map(({ environmentName: cloudName, ...account }) => ({ cloudName, ...account }));

export async function setAccount({ configuration }: Session, values: Values): Promise<undefined> {
  const wanted = text(values, 'name') ?? required(values, 'subscription', '--name --subscription/-n/-s');
  const all = configuration.accounts();
  const chosen = all.find(({ id, name }) => [id, name].some((each) => each.toLowerCase() === wanted.toLowerCase()));
  if (!chosen) {
    const { name } = configuration.cloud();
    throw new AzFailure(`The subscription of '${wanted.toLowerCase()}' doesn't exist in cloud '${name}'.`);
  }
  configuration.writeAccounts(all.map((account) => ({ ...account, isDefault: account === chosen })));
  return undefined;
}

interface Subscription {
  subscriptionId: string;
  displayName: string;
  tenantId: string;
  state: string;
}

/** A service principal with its secret; writes what the real az would write. */
export async function login(session: Session, values: Values): Promise<object[]> {
  const [user, password, tenant] = ['username', 'password', 'tenant'].map((name) => text(values, name));
  if (!values['service-principal'] || !user || !password || !tenant)
    throw usage('this stand-in logs in with: az login --service-principal -u CLIENT_ID -p SECRET --tenant TENANT');
  const entry: Login = { tenant, client_id: user, client_secret: password };
  using client = session.clientOf('', entry);
  const { name: environmentName } = session.configuration.cloud();
  const found = await client.list<Subscription>('', '2019-11-01');
  if (found.length === 0 && !values['allow-no-subscriptions'])
    throw new AzFailure(`No subscriptions found for ${user}.`);
  const accounts = found.map(({ subscriptionId: id, displayName: name, tenantId, state }, index): Account => ({
    id,
    name,
    state,
    user: { name: user, type: 'servicePrincipal' },
    isDefault: index === 0,
    tenantId,
    homeTenantId: tenantId,
    managedByTenants: [],
    environmentName,
  }));
  session.configuration.writeAccounts(accounts);
  session.configuration.writeLogin(entry);
  return accounts.map(({ environmentName: cloudName, ...account }) => ({ cloudName, ...account }));
}
