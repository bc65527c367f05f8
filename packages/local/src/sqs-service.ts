import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { defaultVisibilityTimeout, type QueueSource } from '@lpipe/system/tools'
import { arnOf } from './arns.ts'
import type { LocalQueue } from './options.ts'
import { sendToQueue } from './send.ts'
import type { SourceService } from './source-service.ts'
import { mapQueue } from './sqs-mapping.ts'

/** Creates the queues. */
export const createQueues = async (
  client: SQSClient,
  region: string,
  queues: Readonly<Record<string, LocalQueue>>,
): Promise<SourceService & { readonly urls: Readonly<Record<string, string>> }> => {
  const urls: Record<string, string> = {}
  for (const [name, queue] of Object.entries(queues)) urls[name] = await createQueue(client, region, name, queue)

  return {
    urls,
    names: Object.keys(urls),
    send: (name, messages, options) => sendToQueue(client, name, urls[name] ?? '', messages, options),
    map: (context, source: QueueSource) => mapQueue(context, source, client, urls[source.queue] ?? ''),
  }
}

/** @returns the URL of the queue */
const createQueue = async (
  client: SQSClient,
  region: string,
  QueueName: string,
  queue: LocalQueue,
): Promise<string> => {
  const { visibilityTimeout = defaultVisibilityTimeout, delay = 0, deadLetter, attributes } = queue
  const redrive = deadLetter && {
    deadLetterTargetArn: arnOf('sqs', region, deadLetter.queue),
    maxReceiveCount: deadLetter.maxReceiveCount,
  }
  const Attributes = {
    VisibilityTimeout: String(visibilityTimeout),
    DelaySeconds: String(delay),
    ...(redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
    ...attributes,
  }
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }))
  return QueueUrl
}
