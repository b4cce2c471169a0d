const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');

/** Somebody else deleted it: as good as deleted. */
const isGone = (error: unknown): boolean => /NotFound|NoSuchEntity|NotAttached/.test(nameOf(error));

/** A deletion that succeeds too when there is nothing left to delete. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
