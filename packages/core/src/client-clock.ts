import { type Clock, systemClock } from './clock.ts';

interface Signer {
  sign(request: unknown, options: { signingDate?: Date | string | number }): Promise<unknown>;
}

/** An AWS SDK client, as far as it signs. */
export interface SigningClient {
  config: {
    signer: (scheme: never) => Promise<unknown>;
    disableClockSkewCorrection: () => Promise<boolean>;
  };
}

/**
 * Lets a client of the AWS SDK sign by `clock` instead of the wall clock.
 *
 * Its `systemClockOffset` would not do: an offset that changes during a call, as it does when modelled time jumps, looks
 * like a corrected skew, for which the client repeats every failed call after a pause on the wall clock.
 */
export function signBy<Client extends { config: object }>(clock: Clock, client: Client): Client {
  if (clock === systemClock) return client;
  const config = client.config as SigningClient['config'];
  const { signer } = config;
  config.disableClockSkewCorrection = () => Promise.resolve(true);
  config.signer = async (scheme) => {
    const inner = (await signer(scheme)) as Signer;
    const sign: Signer['sign'] = (request, options) =>
      inner.sign(request, { ...options, signingDate: new Date(clock.now()) });
    return { sign };
  };
  return client;
}
