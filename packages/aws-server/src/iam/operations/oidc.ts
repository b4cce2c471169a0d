import type * as IAM from '@aws-sdk/client-iam';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagList, tagMap } from '../../tags.ts';
import { alreadyExists, fail, noSuch } from '../errors.ts';
import { iamState } from '../lookup.ts';
import type { OidcProvider } from '../state.ts';

const withoutScheme = (url: string) => url.replace(/^https:\/\//, '').replace(/\/$/, '');

const arnOf = (account: string, url: string | undefined) =>
  `arn:aws:iam::${account}:oidc-provider/${withoutScheme(url ?? '')}`;

function providerOf(context: Context, arn: string | undefined): OidcProvider {
  const provider = iamState(context).oidcProviders.get(arn ?? '');
  if (!provider) throw noSuch(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

function createProvider(input: IAM.CreateOpenIDConnectProviderCommandInput, context: Context): OidcProvider {
  const { Url = '', ClientIDList = [], ThumbprintList = [] } = input;
  if (!Url.startsWith('https://')) throw fail('InvalidInputException', 'Invalid Open ID Connect Provider URL');
  const arn = arnOf(context.account, Url);
  const { oidcProviders } = iamState(context);
  if (oidcProviders.has(arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
  const provider: OidcProvider = {
    arn,
    url: withoutScheme(Url),
    clientIds: new Set(ClientIDList),
    thumbprints: [...ThumbprintList],
    createdAtMs: context.world.clock.now(),
    tags: tagMap(input.Tags),
  };
  oidcProviders.set(arn, provider);
  return provider;
}

type OnProvider = { OpenIDConnectProviderArn: string | undefined };
const onProvider = {
  resources: ({ OpenIDConnectProviderArn }: OnProvider): string[] => [OpenIDConnectProviderArn ?? '*'],
};

export const oidcOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreateOpenIDConnectProvider(input, context) {
      const { arn, tags } = createProvider(input, context);
      return { OpenIDConnectProviderArn: arn, Tags: tagList(tags) };
    },
    GetOpenIDConnectProvider({ OpenIDConnectProviderArn }, context) {
      const { url, clientIds, thumbprints, createdAtMs, tags } = providerOf(context, OpenIDConnectProviderArn);
      return {
        Url: url,
        ClientIDList: [...clientIds],
        ThumbprintList: thumbprints,
        CreateDate: new Date(createdAtMs),
        Tags: tagList(tags),
      };
    },
    ListOpenIDConnectProviders: (_, context) => ({
      OpenIDConnectProviderList: [...iamState(context).oidcProviders.keys()].map((Arn) => ({ Arn })),
    }),
    AddClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID = '' }, context) {
      providerOf(context, OpenIDConnectProviderArn).clientIds.add(ClientID);
      return {};
    },
    DeleteOpenIDConnectProvider({ OpenIDConnectProviderArn = '' }, context) {
      if (!iamState(context).oidcProviders.delete(OpenIDConnectProviderArn)) {
        throw noSuch(`OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`);
      }
      return {};
    },
  },
  rules: {
    CreateOpenIDConnectProvider: {
      resources: ({ Url }, { account }) => [arnOf(account, Url)],
      context: ({ Tags }) => tagKeys(Tags),
    },
    GetOpenIDConnectProvider: onProvider,
    AddClientIDToOpenIDConnectProvider: onProvider,
    DeleteOpenIDConnectProvider: onProvider,
  },
};
