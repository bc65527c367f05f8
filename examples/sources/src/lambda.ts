import { type S3Object, s3, sns } from '@lpipe/envelopes'
import { type Change, dynamodbStreams } from '@lpipe/source-dynamodb'
import middy from '@middy/core'
import { type Logger, lpipe } from 'lpipe-preset'
import type { Journal } from './journal.ts'

const nothing = (): void => undefined
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** One Lambda for all sources: orders from a topic, photos from a bucket, changes of a table. */
export const createHandler = ({ work }: Journal) => {
  const ship = ({ item }: { item: string }) => work('SNS in SQS', item, 'shipped')
  const makeThumbnail = ({ key, size }: S3Object) => work('S3 in SQS', key, `thumbnail of ${size} bytes`)

  const note =
    (text: string) =>
    ({ eventName, keys, oldImage, newImage }: Change) =>
      work(
        'DynamoDB',
        `${eventName} ${keys['id']}`,
        `${text}: ${oldImage?.['price'] ?? '-'} > ${newImage?.['price'] ?? '-'}`,
      )

  return middy().use(
    lpipe({
      source: ['sqs', dynamodbStreams({ path: 'eventName' })],
      envelopes: [sns(), s3({ path: ({ eventName }) => eventName.split(':')[0] })],
      paths: {
        ORDER: [ship],
        ObjectCreated: [makeThumbnail],
        INSERT: [note('new in the catalogue')],
        MODIFY: [note('another price')],
        REMOVE: [note('sold out')],
      },
      logger,
    }),
  )
}
