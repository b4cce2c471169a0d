import { NormalizedSchema } from '@smithy/core/schema';
import { type QueryDialect, readQuery, treeOf } from './query-input.ts';
import type { Codec, Values } from './types.ts';
import { element, escapeXml, writeMembers, xmlResponse } from './xml.ts';

const dialect: QueryDialect = {
  flattenedLists: false,
  key: (member, name) => member.getMergedTraits().xmlName ?? name,
};

/** AWS query: a form in, XML with a `…Result` element out (IAM, STS, load balancing). */
export const query: Codec = {
  read(operation, request) {
    const schema = NormalizedSchema.of(operation.input);
    return schema.isStructSchema() ? (readQuery(schema, treeOf(request.query), dialect) as Values) : {};
  },
  write({ name, output }, value, { requestId, xmlNamespace }) {
    const schema = NormalizedSchema.of(output);
    const result = element(`${name}Result`, schema.isStructSchema() ? writeMembers(schema, value) : '');
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return xmlResponse(200, `<${name}Response xmlns="${xmlNamespace}">${result}${metadata}</${name}Response>`);
  },
  error({ code, message, status, schema, data }, { requestId, xmlNamespace }) {
    const extra = schema ? writeMembers(NormalizedSchema.of(schema), { ...data, message: undefined }) : '';
    const type = element('Type', status < 500 ? 'Sender' : 'Receiver');
    const error = type + element('Code', escapeXml(code)) + element('Message', escapeXml(message)) + extra;
    const body = element('Error', error) + element('RequestId', requestId);
    return xmlResponse(status, `<ErrorResponse xmlns="${xmlNamespace}">${body}</ErrorResponse>`);
  },
};
