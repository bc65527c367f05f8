import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { TopicSource } from '@lpipe/system/tools'
import type { SNSEventRecord } from 'aws-lambda'
import { arnOf } from './arns.ts'
import { logFailure, type Mapping, type MappingContext } from './mapping.ts'
import { pause } from './pause.ts'
import { type Notification, snsRecord } from './sns-record.ts'

/** Lambda invokes a function at most three times with an event. */
const maxAttempts = 3
/** Seconds between attempts. Lambda waits one minute, then two. */
const secondsBetween = 0.1

/** The queue that holds what a topic delivers to a function: the queue of asynchronous invocations, which Lambda has inside. */
export interface InvocationQueue {
  readonly name: string
  readonly url: string
  readonly subscriptionArn: string
}

/**
 * Invokes a function with each message of a topic, as Lambda does asynchronously: the response says nothing, a failed
 * invocation is retried twice, and then the event goes to `onFailure`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const mapTopic = (
  context: MappingContext,
  { topic, onFailure }: TopicSource,
  client: SQSClient,
  { name, url: QueueUrl, subscriptionArn }: InvocationQueue,
): Mapping => {
  const { functionName, region, invoke, statistics, activity, sendTo, onDiscarded, signal } = context

  const receive = async (): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 })
    try {
      const { Messages = [] } = await client.send(command, { abortSignal: signal })
      return Messages
    } catch (error) {
      logFailure(context, `could not receive from topic ${topic}`, error)
      await pause(0.1, signal)
      return []
    }
  }

  const deliver = async ({ Body = '', ReceiptHandle }: Message): Promise<void> => {
    const record = snsRecord(JSON.parse(Body) as Notification, subscriptionArn)
    for (let attempt = 1; ; attempt++) {
      const { requestId, failed } = await invoke([record])
      if (!failed) {
        statistics.done += 1
        break
      }
      if (attempt === maxAttempts) {
        await discard(record, requestId)
        break
      }
      statistics.returned += 1
      await pause(secondsBetween, signal)
      if (signal.aborted) return
    }
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }

  const discard = async (record: SNSEventRecord, requestId: string): Promise<void> => {
    statistics.discarded += 1
    onDiscarded(functionName, [record], 'RetriesExhausted')
    if (onFailure === undefined) return
    const failure = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId,
        functionArn: arnOf('lambda', region, `function:${functionName}`),
        condition: 'RetriesExhausted',
        approximateInvokeCount: maxAttempts,
      },
      requestPayload: { Records: [record] },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    }
    await sendTo(onFailure, failure)
  }

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const messages = await receive()
      if (messages.length === 0) continue
      const end = activity.begin()
      await Promise.all(
        messages.map((message) =>
          deliver(message).catch((error: unknown) =>
            logFailure(context, `could not deliver a message of topic ${topic}`, error),
          ),
        ),
      )
      end()
    }
  }

  return { queue: name, atEnd: () => true, stopped: poll() }
}
