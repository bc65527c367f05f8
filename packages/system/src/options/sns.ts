import { isObject } from '@lpipe/core/middleware'
import { checkBoolean, checkDeclared, checkMembers, checkValue, invalid, pathTo } from './check-values.ts'
import { isFifo } from './names.ts'
import type { SourceKind } from './source-kind.ts'
import type { CheckedOptions, Subscription, SubscriptionFilter, SystemTopic, TopicSource } from './types.ts'

/** The attributes of `CreateTopic` that are settings of the topic itself. */
const attributes = [
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]

/** Checks topics and their subscriptions as AWS does when it creates them. */
export const topicKind: SourceKind = {
  option: 'topics',
  member: 'topic',

  checkResource(path, name, topic: SystemTopic) {
    if (name.length > 256 || !/^[\w-]+(?:\.fifo)?$/.test(name)) {
      invalid(
        `\`${path}\` must have a name of 1 to 256 letters, digits, hyphens and underscores, with \`.fifo\` at the end of a FIFO topic, as SNS requires`,
      )
    }
    checkMembers(path, topic, ['attributes'])
    if (topic.attributes === undefined) return
    checkMembers(`${path}.attributes`, topic.attributes, attributes)
    for (const [attribute, value] of Object.entries(topic.attributes)) {
      checkValue(typeof value === 'string', pathTo(`${path}.attributes`, attribute), 'a string', value)
    }
  },

  checkSource(path, source: TopicSource, _fn, { topics = {}, queues = {} }) {
    checkMembers(path, source, ['topic', 'onFailure', ...filterOptions])
    checkDeclared(`${path}.topic`, source.topic, 'topics', topics)
    if (isFifo(source.topic)) {
      invalid(
        `\`${path}.topic\` must be a standard topic, because SNS delivers FIFO topics to queues only; received ${JSON.stringify(source.topic)}. Subscribe a queue, and name the queue as source`,
      )
    }
    checkFilter(path, source)
    if (source.onFailure === undefined) return
    checkDeclared(`${path}.onFailure`, source.onFailure, 'queues', queues)
    if (isFifo(source.onFailure)) {
      invalid(
        `\`${path}.onFailure\` must be a standard queue, as Lambda requires; received ${JSON.stringify(source.onFailure)}`,
      )
    }
  },
}

const filterOptions = ['filterPolicy', 'filterPolicyScope']

/** Checks the subscriptions of a queue. @throws InvalidConfigurationError if SNS would refuse one */
export const checkSubscriptions = (
  path: string,
  queue: string,
  subscriptions: readonly Subscription[],
  { topics = {} }: CheckedOptions,
): void => {
  checkValue(Array.isArray(subscriptions), path, 'an array of subscriptions', subscriptions)
  const topicNames = new Set<string>()
  for (const [position, subscription] of subscriptions.entries()) {
    const place = `${path}[${position}]`
    checkMembers(place, subscription, ['topic', 'rawMessageDelivery', ...filterOptions])
    checkDeclared(`${place}.topic`, subscription.topic, 'topics', topics)
    checkBoolean(`${place}.rawMessageDelivery`, subscription.rawMessageDelivery)
    checkFilter(place, subscription)
    if (isFifo(queue) && !isFifo(subscription.topic)) {
      invalid(
        `\`${place}.topic\` must be a FIFO topic, because a FIFO queue can subscribe to no other, as SNS requires; received ${JSON.stringify(subscription.topic)}`,
      )
    }
    if (topicNames.has(subscription.topic)) {
      invalid(`\`${place}\` must not name topic \`${subscription.topic}\` again: SNS takes one subscription of a queue`)
    }
    topicNames.add(subscription.topic)
  }
}

const checkFilter = (path: string, { filterPolicy, filterPolicyScope }: SubscriptionFilter): void => {
  checkValue(filterPolicy === undefined || isObject(filterPolicy), `${path}.filterPolicy`, 'an object', filterPolicy)
  if (filterPolicyScope === undefined) return
  checkValue(
    filterPolicyScope === 'MessageAttributes' || filterPolicyScope === 'MessageBody',
    `${path}.filterPolicyScope`,
    "'MessageAttributes' or 'MessageBody'",
    filterPolicyScope,
  )
  if (filterPolicy === undefined) invalid(`\`${path}.filterPolicyScope\` requires \`filterPolicy\``)
}
