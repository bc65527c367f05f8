import { CreateTopicCommand, PublishBatchCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import {
  type CheckedOptions,
  isFifo,
  type SubscriptionFilter,
  type SystemTopic,
  sourcesOf,
  type TopicSource,
} from '@lpipe/system/tools'
import { arnOf } from './arns.ts'
import { type SendOptions, textFor, textOf } from './send.ts'
import type { SourceService } from './source-service.ts'
import { split } from './split.ts'
import { type InvocationQueue, mapTopic } from './topic-mapping.ts'

/** The topics, with their ARNs by name. */
export interface TopicService extends SourceService {
  readonly arns: Readonly<Record<string, string>>
}

/** Creates the topics, and subscribes queues and functions to them. The queues must exist. */
export const createTopics = async (
  sns: SNSClient,
  sqs: SQSClient,
  region: string,
  { topics = {}, queues = {}, functions = {} }: CheckedOptions,
): Promise<TopicService> => {
  const arns: Record<string, string> = {}
  for (const [name, topic] of Object.entries(topics)) arns[name] = await createTopic(sns, name, topic)

  const subscribe = async (topic: string, queue: string, filter: SubscriptionFilter, raw: boolean): Promise<string> => {
    const { filterPolicy, filterPolicyScope } = filter
    const Attributes = {
      RawMessageDelivery: String(raw),
      ...(filterPolicy === undefined ? {} : { FilterPolicy: JSON.stringify(filterPolicy) }),
      ...(filterPolicyScope === undefined ? {} : { FilterPolicyScope: filterPolicyScope }),
    }
    const Endpoint = arnOf('sqs', region, queue)
    const command = new SubscribeCommand({ TopicArn: arns[topic], Protocol: 'sqs', Endpoint, Attributes })
    const { SubscriptionArn = '' } = await sns.send(command)
    return SubscriptionArn
  }

  for (const [queue, { subscriptions = [] }] of Object.entries(queues)) {
    for (const { topic, rawMessageDelivery = false, ...filter } of subscriptions) {
      await subscribe(topic, queue, filter, rawMessageDelivery)
    }
  }

  /** The queues of asynchronous invocations, by function and topic. */
  const invocations = new Map<string, InvocationQueue>()
  for (const [functionName, fn] of Object.entries(functions)) {
    for (const source of sourcesOf(fn)) {
      if (source.topic === undefined) continue
      const name = `lpipe-invocations-${invocations.size}`
      const { QueueUrl: url = '' } = await sqs.send(
        new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '43200' } }),
      )
      const subscriptionArn = await subscribe(source.topic, name, source, false)
      invocations.set(`${functionName} ${source.topic}`, { name, url, subscriptionArn })
    }
  }

  return {
    arns,
    names: Object.keys(arns),
    send: (name, messages, options) => publish(sns, arns[name] ?? '', messages, options),
    map: (context, source: TopicSource) =>
      mapTopic(context, source, sqs, invocations.get(`${context.functionName} ${source.topic}`) as InvocationQueue),
  }
}

/** @returns the ARN of the topic */
const createTopic = async (client: SNSClient, Name: string, { attributes }: SystemTopic): Promise<string> => {
  const Attributes = { ...(isFifo(Name) ? { FifoTopic: 'true' } : {}), ...attributes }
  const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name, Attributes }))
  return TopicArn
}

/**
 * Publishes messages to a topic.
 *
 * @returns the message ids, in order
 * @throws if SNS refuses a message
 */
const publish = async <T>(
  client: SNSClient,
  TopicArn: string,
  messages: readonly T[],
  { groupId, deduplicationId }: SendOptions<T>,
): Promise<string[]> => {
  const fifo = isFifo(TopicArn)
  const entries = messages.map((message, index) => ({
    Message: textOf(message),
    ...(groupId || fifo ? { MessageGroupId: textFor(groupId, message, index) ?? 'default' } : {}),
    ...(fifo ? { MessageDeduplicationId: textFor(deduplicationId, message, index) ?? crypto.randomUUID() } : {}),
  }))
  const ids: string[] = []
  for (const piece of split(entries, 10, 256 * 1024, ({ Message }) => Buffer.byteLength(Message))) {
    const PublishBatchRequestEntries = piece.map((entry, index) => ({ Id: String(index), ...entry }))
    const command = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })
    const { Successful = [], Failed = [] } = await client.send(command)
    const [failed] = Failed
    if (failed !== undefined) throw new Error(`send: ${TopicArn} refused a message: ${failed.Code}: ${failed.Message}`)
    const accepted = new Map(Successful.map(({ Id, MessageId = '' }) => [Id, MessageId]))
    ids.push(...PublishBatchRequestEntries.map(({ Id }) => accepted.get(Id) ?? ''))
  }
  return ids
}
