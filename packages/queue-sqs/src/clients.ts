// biome-ignore-all lint/suspicious/noTsIgnore: if the optional package is missing, its types are `any`. An error would reach users who set `skipLibCheck: false`.

/** @ts-ignore */
export type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs'
