import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'

const eventSourceARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-02T10:11:12.123'
const shared = { eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1', eventSourceARN } as const

/** As Lambda hands them over. @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export const insert: DynamoDBRecord = {
  ...shared,
  eventID: 'c81e728d9d4c2f636f067f89cc14862c',
  eventName: 'INSERT',
  dynamodb: {
    ApproximateCreationDateTime: 1_767_348_672,
    Keys: { id: { N: '101' }, sort: { S: 'a' } },
    NewImage: {
      id: { N: '101' },
      sort: { S: 'a' },
      paid: { BOOL: true },
      note: { NULL: true },
      price: { N: '12.50' },
      tags: { SS: ['x', 'y'] },
      sizes: { NS: ['1', '2.5'] },
      photo: { B: 'AAEC' },
      photos: { BS: ['AAEC', 'AwQF'] },
      lines: { L: [{ M: { sku: { S: 's-1' }, codes: { SS: ['c'] } } }, { N: '3' }] },
      address: { M: { city: { S: 'Bonn' }, floors: { NS: ['4'] } } },
    },
    SequenceNumber: '4421584500000000017450439091',
    SizeBytes: 26,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
}

export const modify: DynamoDBRecord = {
  ...shared,
  eventID: 'a87ff679a2f3e71d9181a67b7542122c',
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { id: { N: '101' } },
    OldImage: { id: { N: '101' }, state: { S: 'new' } },
    NewImage: { id: { N: '101' }, state: { S: 'paid' } },
    SequenceNumber: '4421584500000000017450439092',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
}

export const ttlDelete: DynamoDBRecord = {
  ...shared,
  eventID: 'e4da3b7fbbce2345d7772b0674a318d5',
  eventName: 'REMOVE',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  dynamodb: { Keys: { id: { N: '101' } }, SequenceNumber: '4421584500000000017450439093', StreamViewType: 'KEYS_ONLY' },
}

export const streamEvent: DynamoDBStreamEvent = { Records: [insert, modify, ttlDelete] }
