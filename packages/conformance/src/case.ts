import type { Client } from './clients/client.ts';
import type { Stage } from './stage/index.ts';

/** One thing that a client must be able to do against the sandbox. */
export interface Case {
  client: Client;
  /** What it is about: a row of the table. */
  area: string;
  /** `subject: behaviour` */
  name: string;
  /** Throws when the client is not content. `found` is the client as this machine has it. */
  run: (stage: Stage, found: Found) => Promise<void>;
}

/** A client that this machine has. */
export interface Found {
  /** Program that is started; empty for a library. */
  command: string;
  version: string;
}
