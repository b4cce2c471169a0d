import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Who an EKS token stands for: the token is a presigned STS GetCallerIdentity request, and STS is asked, with the header
 * that binds it to one cluster. The host in the token is not contacted: only this sandbox's STS can know the caller.
 * @returns the caller's ARN, undefined when STS refuses or it is no EKS token
 */
export async function callerOf(token: string, cluster: string, awsUrl: string): Promise<string | undefined> {
  const url = presignedUrl(token);
  if (!url || !/^sts\.|^127\.0\.0\.1$/.test(url.hostname) || url.searchParams.get('Action') !== 'GetCallerIdentity')
    return undefined;
  const { hostname, port } = new URL(awsUrl);
  const body = await new Promise<string>((resolve, reject) => {
    const call = request(
      { hostname, port, path: `${url.pathname}${url.search}`, headers: { host: url.host, 'x-k8s-aws-id': cluster } },
      (answer) => void text(answer).then(resolve, reject),
    );
    call.on('error', reject).end();
  });
  return /<Arn>([^<]+)<\/Arn>/.exec(body)?.[1];
}

function presignedUrl(token: string): URL | undefined {
  if (!token.startsWith('k8s-aws-v1.')) return undefined;
  try {
    return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
