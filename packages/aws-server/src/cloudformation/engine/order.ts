/** Acts on each name once all that it needs have been; begins nothing more once one failed. Returns those that did. */
export async function inOrder(
  needs: ReadonlyMap<string, { dependsOn: readonly string[] }>,
  act: (name: string) => Promise<boolean>,
): Promise<string[]> {
  const failed: string[] = [];
  const begun = new Map<string, Promise<void>>();
  const begin = (name: string): Promise<void> => {
    const known = begun.get(name);
    if (known) return known;
    const work = Promise.all((needs.get(name)?.dependsOn ?? []).map(begin)).then(async () => {
      if (failed.length > 0) return;
      if (!(await act(name))) failed.push(name);
    });
    begun.set(name, work);
    return work;
  };
  await Promise.all([...needs.keys()].map(begin));
  return failed;
}
