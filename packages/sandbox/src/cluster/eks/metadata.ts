import { createServer } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { AwsServer } from '@meshbed/aws-server';
import { LoopbackPort } from '../../runtime/loopback.ts';

/** EC2's instance metadata, as far as agents of a node read it: the credentials of the node's role. */
export class InstanceMetadata implements AsyncDisposable {
  readonly #aws: AwsServer;
  readonly #ports = new Map<string, LoopbackPort>();

  constructor(aws: AwsServer) {
    this.#aws = aws;
  }

  /** A connection to 169.254.169.254:80 from the node that has `roleArn`. */
  connect(roleArn: string, instance: string): Promise<Socket> {
    const key = `${roleArn} ${instance}`;
    const port = this.#ports.get(key) ?? new LoopbackPort(this.#serve(roleArn, instance));
    this.#ports.set(key, port);
    return port.connect();
  }

  #serve(roleArn: string, instance: string): (socket: Socket) => void {
    const roleName = roleArn.split('/').at(-1) ?? '';
    const folder = '/latest/meta-data/iam/security-credentials/';
    const server = createServer((request, response) => {
      if (request.url === '/latest/api/token') response.end('token');
      else if (request.url === folder) response.end(roleName);
      else if (request.url === `${folder}${roleName}`)
        response.end(JSON.stringify(this.#credentials(roleArn, instance)));
      else response.writeHead(404).end();
    });
    return (socket) => void server.emit('connection', socket);
  }

  #credentials(roleArn: string, instance: string) {
    const issued = this.#aws.sessions.issue(roleArn, { sessionName: instance, ttlMs: 6 * 3_600_000 });
    return {
      Code: 'Success',
      Type: 'AWS-HMAC',
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      Token: issued.sessionToken,
      Expiration: new Date(issued.expiresAtMs).toISOString(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#ports.values()].map((port) => port[Symbol.asyncDispose]()));
  }
}
