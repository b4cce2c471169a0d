/** Anything with an id. Properties are asked for when it is shown: some follow from the network as it is then. */
export interface Resource {
  id: string;
  name: string;
  /** `Microsoft.Network/publicIPAddresses` */
  type: string;
  location: string;
  tags: Record<string, string>;
  properties: () => Record<string, unknown>;
  /** Members beside properties: `sku`, `identity`, `managedBy`. */
  beside?: Record<string, unknown>;
  /** Takes what stands behind it out of the network, when it is deleted. */
  end?: () => void | Promise<void>;
}

export const shown = ({
  id,
  name,
  type,
  location,
  tags,
  properties,
  beside = {},
}: Resource): Record<string, unknown> => ({
  id,
  name,
  type,
  location,
  ...(Object.keys(tags).length > 0 ? { tags } : {}),
  ...beside,
  properties: properties(),
});
