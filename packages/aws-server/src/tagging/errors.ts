import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import { type AwsError, failures } from '../errors.ts';

const fail = failures<typeof Tagging>();

export const invalid = (message: string): AwsError => fail('InvalidParameterException', message);
