import type { Queue } from '@lpipe/core'
import { checkMessageOptions } from '@lpipe/core/aws'
import { invalidConfiguration, queueLabel } from '@lpipe/core/middleware'

/** @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicArn = /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:(?:[\w-]{1,256}|[\w-]{1,251}\.fifo)$/

/** Whether a topic is a FIFO topic. */
export const isFifo = ({ name = '' }: Queue): boolean => name.endsWith('.fifo')

/** Returns the name of a topic: its ARN ends in it. */
export const topicNameOf = ({ name = '' }: Queue): string => name.slice(name.lastIndexOf(':') + 1)

/** @throws InvalidConfigurationError for what SNS would refuse at each send */
export const checkSnsQueue = (queue: Queue): void => {
  const { name, url } = queue
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  if (url !== undefined) invalid('a topic has no `url`; set `name` to its ARN')
  if (!topicArn.test(name ?? '')) {
    invalid('`name` must be the ARN of a topic, for example arn:aws:sns:eu-west-1:123456789012:orders')
  }
  checkMessageOptions(queue, 'SNS', 'topic', isFifo(queue))
}
