/** What an SDK client shows of a refused call: AWS's code in whatever place the protocol puts it. */
export interface Refusal {
  code: string;
  status: number | undefined;
  message: string;
}

/** The error of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => {
      throw new Error('the call succeeded, but a refusal was expected');
    },
    (cause: unknown) =>
      cause as { name: string; Code?: string; message: string; $metadata?: { httpStatusCode?: number } },
  );
  return { code: error.Code ?? error.name, status: error.$metadata?.httpStatusCode, message: error.message };
}
