import { keyOf } from '../arm/resource-id.ts';

export type RoleName = 'Owner' | 'Contributor' | 'Reader';

export interface RoleAssignment {
  role: RoleName;
  /** A subscription's, group's or resource's id; counts below it too. */
  scope: string;
}

/** An application with its service principal. */
export interface Application {
  clientId: string;
  clientSecret: string;
  /** Of the service principal. */
  objectId: string;
  displayName: string;
  tenant: string;
  roles: readonly RoleAssignment[];
}

export interface Subscription {
  id: string;
  displayName: string;
  tenant: string;
}

export interface Tenant {
  id: string;
  displayName: string;
}

export interface DirectoryContent {
  /** The first one is home. */
  tenants: readonly Tenant[];
  subscriptions: readonly Subscription[];
  applications: readonly Application[];
}

/** Who and what exists: tenants, subscriptions, applications. Calls can't create any. */
export class Directory {
  readonly tenants: readonly Tenant[];
  readonly subscriptions: readonly Subscription[];
  readonly applications: readonly Application[];

  constructor({ tenants, subscriptions, applications }: DirectoryContent) {
    this.tenants = tenants;
    this.subscriptions = subscriptions;
    this.applications = applications;
  }

  /** By id, or what older clients call the only tenant of a federation server. */
  tenant(named: string): Tenant | undefined {
    return named.toLowerCase() === 'adfs' ? this.tenants[0] : this.tenants.find(({ id }) => same(id, named));
  }

  subscription(id: string): Subscription | undefined {
    return this.subscriptions.find((subscription) => same(subscription.id, id));
  }

  application(clientId: string, tenant: string): Application | undefined {
    return this.applications.find((found) => same(found.clientId, clientId) && same(found.tenant, tenant));
  }

  /** Roles of a service principal at a scope. */
  rolesAt(objectId: string, scope: string): RoleName[] {
    const wanted = `${keyOf(scope)}/`;
    const found = this.applications.find((application) => same(application.objectId, objectId));
    return (found?.roles ?? []).filter((each) => wanted.startsWith(`${keyOf(each.scope)}/`)).map(({ role }) => role);
  }

  /** Subscriptions in which a service principal has a role. */
  subscriptionsOf(objectId: string, tenant: string): Subscription[] {
    const found = this.applications.find((application) => same(application.objectId, objectId));
    return this.subscriptions.filter(
      ({ id, tenant: owner }) =>
        same(owner, tenant) &&
        found?.roles.some(({ scope }) => `${keyOf(scope)}/`.startsWith(`/subscriptions/${id.toLowerCase()}/`)),
    );
  }
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
