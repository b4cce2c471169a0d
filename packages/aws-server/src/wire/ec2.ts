import { NormalizedSchema } from '@smithy/core/schema';
import { type QueryDialect, readQuery, treeOf } from './query-input.ts';
import type { Codec, Values } from './types.ts';
import { element, escapeXml, writeMembers, xmlResponse } from './xml.ts';

const capitalised = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);

const dialect: QueryDialect = {
  flattenedLists: true,
  key(member, name) {
    const traits = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
    return traits.ec2QueryName ?? capitalised(traits.xmlName ?? name);
  },
};

/** EC2's own variant of the query protocol: flat lists, members directly below the response. */
export const ec2: Codec = {
  read(operation, request) {
    const schema = NormalizedSchema.of(operation.input);
    return schema.isStructSchema() ? (readQuery(schema, treeOf(request.query), dialect) as Values) : {};
  },
  write(operation, value, { requestId, xmlNamespace }) {
    const schema = NormalizedSchema.of(operation.output);
    const members = schema.isStructSchema() ? writeMembers(schema, value) : '';
    const body = element('requestId', requestId) + (members || element('return', 'true'));
    return xmlResponse(200, `<${operation.name}Response xmlns="${xmlNamespace}">${body}</${operation.name}Response>`);
  },
  error({ code, message, status }, { requestId }) {
    const error = element('Error', element('Code', escapeXml(code)) + element('Message', escapeXml(message)));
    return xmlResponse(status, element('Response', element('Errors', error) + element('RequestID', requestId)));
  },
};
