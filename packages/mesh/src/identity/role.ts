/**
 * `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION` → `arn:aws:iam::ACCOUNT:role/NAME`. STS drops the path of a role, so
 * it can't be restored. Undefined for users and everything else.
 */
export function callerRole(arn: string): string | undefined {
  const match = /^arn:(aws[\w-]*):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(arn);
  return match ? `arn:${match[1]}:iam::${match[2]}:role/${match[3]}` : undefined;
}

/** A role's ARN without its path, which is how roles are compared: `role/ecs/ambient/x` and `role/x` are the same. */
export const withoutPath = (arn: string): string => arn.trim().replace(/:role\/(?:[^/]+\/)*/, ':role/');
