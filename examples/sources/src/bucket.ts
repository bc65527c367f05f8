import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

const Bucket = 'photos'

/** Puts objects into a bucket, and returns the notifications that S3 would send to a queue. */
export const putPhotos = async (client: S3Client, keys: readonly string[]): Promise<object[]> => {
  await client.send(new CreateBucketCommand({ Bucket }))
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: `a photo of a ${Key}` }))
  return notificationsOf(client)
}

/**
 * Stand-in for the notifications of S3, which fauxqs does not send: one for each object that the bucket lists, with its key
 * encoded as S3 does.
 */
const notificationsOf = async (client: S3Client): Promise<object[]> => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  return Contents.map(({ Key = '', Size = 0, ETag = '' }) => {
    const key = encodeURIComponent(Key).replaceAll('%20', '+').replaceAll('%2F', '/')
    const object = { key, size: Size, eTag: ETag.replaceAll('"', '') }
    return {
      Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name: Bucket }, object } }],
    }
  })
}
