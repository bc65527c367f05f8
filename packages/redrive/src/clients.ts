// biome-ignore-all lint/suspicious/noTsIgnore: if the optional package is missing, its types are `any`. An error would reach users who set `skipLibCheck: false`.

/** @ts-ignore */
export type { KinesisClient } from '@aws-sdk/client-kinesis'
/** @ts-ignore */
export type { LambdaClient } from '@aws-sdk/client-lambda'
/** @ts-ignore */
export type { SQSClient } from '@aws-sdk/client-sqs'
