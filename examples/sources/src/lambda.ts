import { type S3Object, s3, sns } from '@lpipe/envelopes'
import { type Change, dynamodbStreams } from '@lpipe/source-dynamodb'
import middy from '@middy/core'
import { type Logger, lpipe } from 'lpipe-preset'
import { work } from './work.ts'

const nothing = (): void => undefined
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

const ship = ({ id }: { id: string }): void => work(id)
const makeThumbnail = ({ key }: S3Object): void => work(key)
const index = ({ keys }: Change): void => work(String(keys['id']))

/** One Lambda for all sources. */
export const handler = middy().use(
  lpipe({
    source: ['sqs', dynamodbStreams({ path: 'eventName' })],
    envelopes: [sns(), s3({ path: 'OBJECT' })],
    paths: { ORDER: [ship], OBJECT: [makeThumbnail], INSERT: [index] },
    logger,
  }),
)
