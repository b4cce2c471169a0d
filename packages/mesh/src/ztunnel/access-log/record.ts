/** One connection of an application, as one side of it saw it. */
export interface AccessRecord {
  /** When it ended. */
  atMs: number;
  direction: 'inbound' | 'outbound';
  source: Party;
  destination: Party & {
    /** The authority of the CONNECT. */
    hboneAddress?: string;
    service?: string;
  };
  /** Of the application, from the point of view of the reporting workload. */
  bytesSent: number;
  bytesReceived: number;
  durationMs: number;
  /** Absent when it ended in good order. */
  error?: string;
  /** Why policy refused it, and the policies that did. */
  refusal?: { reason: string; policies: readonly string[] };
  flag: ResponseFlag;
}

export interface Party {
  /** `ip:port`; of a destination the next hop, 15008 included. */
  address: string;
  workload?: string;
  namespace?: string;
  cluster?: string;
  /** Only when mutual TLS proved it. */
  identity?: string;
}

export type ResponseFlag = '-' | 'DENY' | 'CONNECT' | 'TLS_FAILURE' | 'IDENTITY_ERROR';
