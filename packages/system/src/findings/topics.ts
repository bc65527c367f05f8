import { type Description, type FunctionDescription, resourceId } from '../description.ts'
import type { Finding } from './finding.ts'
import { functionPlace, placeOf, resourceIn } from './place.ts'

/** Topics: how their messages arrive. */
export const topics = (description: Description): Finding[] => [
  ...description.functions.flatMap((fn) => notifications(description, fn)),
  ...unorderedSubscriptions(description),
]

/** Messages of a topic, which come in notifications of SNS. */
const notifications = ({ resources }: Description, fn: FunctionDescription): Finding[] => {
  const { name, known, sources, eventSources = [], envelopes = [], defaultPath } = fn
  return sources.flatMap((source): Finding[] => {
    const place = `${functionPlace(name)}.source`
    if (notifying.has(source.type)) {
      const missing = source.onFailure === undefined ? [noDestination(name, source.name)] : []
      if (!known || eventSources.includes(source.type)) return missing
      return [
        ...missing,
        {
          severity: 'error',
          code: 'event-source',
          place,
          message: `topic \`${source.name}\` invokes \`${name}\`, which does not read events of SNS: each invocation fails`,
          fix: 'Set `source: sns()` of lpipe(), with @lpipe/source-sns',
        },
      ]
    }
    const { subscriptions = [] } = resourceIn(resources, resourceId(source)) ?? {}
    if (!known || envelopes.includes('sns')) return []
    return subscriptions
      .filter(({ raw }) => !raw)
      .map(({ topic }) => ({
        severity: 'error',
        code: 'unopened-notification',
        place,
        message: `queue \`${source.name}\` receives the messages of topic \`${topic}\` in notifications, which \`${name}\` does not open: ${
          defaultPath === undefined ? 'each message fails' : 'it takes the notification for kwargs'
        }`,
        fix: `Set \`rawMessageDelivery: true\` of the subscription, or \`envelopes: [sns()]\` of lpipe(), with @lpipe/envelopes`,
      }))
  })
}

/** The types that invoke a function asynchronously. */
const notifying: ReadonlySet<string> = new Set(['sns'])

const noDestination = (name: string, topic: string): Finding => ({
  severity: 'info',
  code: 'no-dead-letter-queue',
  place: `${functionPlace(name)}.source`,
  message: `topic \`${topic}\` invokes it asynchronously: an event that fails three times is lost`,
  fix: 'Set `onFailure` to a queue',
})

/** Messages that leave a FIFO topic in order, for a standard queue. */
const unorderedSubscriptions = ({ resources }: Description): Finding[] =>
  resources.flatMap((resource) =>
    (resource.subscriptions ?? [])
      .filter(
        ({ topic }) => resource.fifo === false && resourceIn(resources, resourceId({ type: 'sns', name: topic }))?.fifo,
      )
      .map(({ topic }) => ({
        severity: 'warning',
        code: 'lost-order',
        place: placeOf(resource),
        message: `it is a standard queue, which has no order, and subscribes to FIFO topic \`${topic}\``,
        fix: `If the order matters, subscribe a FIFO queue: \`${resource.name}.fifo\``,
      })),
  )
