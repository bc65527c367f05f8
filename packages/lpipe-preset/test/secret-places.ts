/** Where a message may hold a secret, and how lpipe gets to see it. */
import { awslogsEvent, kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import {
  action,
  FailButContinue,
  FailCatastrophically,
  fn,
  type LpipeOptions,
  payload,
  queue,
  queueKinesis,
  queueSqs,
} from 'lpipe-preset'
import * as v from 'valibot'
import * as z from 'zod'

/** An invocation with a secret somewhere in its event. */
export interface Plant {
  readonly event: unknown
  readonly options: LpipeOptions
}

const drop = () => {
  throw new FailButContinue('gone')
}
const raise = (thrown: unknown) => () => {
  throw thrown
}
const to = (kwargs: unknown, path = 'A') => ({ path, kwargs })

/** An error as the AWS SDK throws it: its text quotes what was sent. */
const serviceError = (secret: string, fault: 'client' | 'server') =>
  Object.assign(new Error(`1 validation error: value '${secret}' at 'records.1.member'`), {
    name: 'InvalidArgumentException',
    $fault: fault,
    $metadata: { httpStatusCode: 400 },
    $response: { body: secret },
  })

/** An error as axios throws it: it holds the request, and its toJSON too. */
const httpError = (secret: string) =>
  Object.assign(new Error('Request failed with status code 401'), {
    config: { headers: { authorization: secret }, data: secret },
    toJSON: () => ({ message: secret }),
  })

/** An error as an SDK throws it, with the response, and what a function added to it. */
const sdkError = (secret: string) =>
  Object.assign(new Error('the item does not exist'), {
    name: 'ConditionalCheckFailedException',
    $response: { body: secret },
    Item: { [secret]: secret },
    kwargs: { secret },
  })

/** Names of places, each with what plants a secret there. */
export const places: Readonly<Record<string, (secret: string) => Plant>> = {
  'a body that is not JSON': (secret) => ({ event: sqsEvent([`{"a": "${secret}`]), options: { call: drop } }),
  'a body that is not an object': (secret) => ({
    event: sqsEvent([JSON.stringify(secret), JSON.stringify([secret])]),
    options: { call: drop },
  }),
  'Kinesis data that is not base64': (secret) => {
    const event = kinesisEvent([{}])
    Object.assign(event.Records[0]?.kinesis ?? {}, { data: `%${secret}` })
    return { event, options: { call: drop } }
  },
  'a number that JavaScript cannot represent': (secret) => ({
    event: sqsEvent([`{"n": 123456789012345678901234567890, "${secret}": "${secret}"}`]),
    options: { call: drop },
  }),
  'kwargs and keys of a dropped message': (secret) => ({
    event: sqsEvent([to({ [secret]: secret, nested: [{ [secret]: secret }] })]),
    options: { paths: { A: [drop] } },
  }),
  'kwargs of a failed message': (secret) => ({
    event: [to({ [secret]: secret })],
    options: { paths: { A: [raise(new FailCatastrophically('later'))] } },
  }),
  'kwargs that are not an object': (secret) => ({
    event: sqsEvent([to(secret), to([secret])]),
    options: { paths: { A: [drop] } },
  }),
  'the name of a path': (secret) => ({ event: sqsEvent([to({}, secret)]), options: { paths: { A: [drop] } } }),
  'the name of a path, which a function takes from its kwargs': (secret) => ({
    event: sqsEvent([to({ next: secret }), to({ next: secret, kwargs: secret })]),
    options: {
      paths: {
        A: [({ next, kwargs = {} }: { next: string; kwargs?: object }) => payload({ path: `Path.${next}`, kwargs })],
      },
    },
  }),
  'attributes of the record': (secret) => {
    const event = sqsEvent([to({})])
    Object.assign(event.Records[0] ?? {}, {
      messageAttributes: {
        [secret]: { dataType: 'String', stringValue: secret },
        'lpipe-trail': { dataType: 'String', stringValue: secret },
      },
      attributes: { ApproximateReceiveCount: secret, AWSTraceHeader: secret, MessageGroupId: secret },
    })
    const { queue: out } = memoryQueue({ refuse: () => ({ code: 'No', reason: 'no', senderFault: true }) })
    return { event, options: { paths: { A: [action({ queues: [out], includeAllParams: true })] } } }
  },
  'a message group': (secret) => ({
    event: sqsEvent([to({}), to({}), to({})], { name: 'orders.fifo', groupId: () => secret }),
    options: { paths: { A: [raise(new FailCatastrophically('later'))] } },
  }),
  'a value that zod refuses': (secret) => ({
    event: sqsEvent([{ id: secret, list: [secret], kind: secret }]),
    options: {
      call: fn(
        z.object({
          id: z.number(),
          list: z.array(z.enum(['a', 'b'])),
          kind: z.string().refine((kind) => kind === 'x', { error: ({ input }) => `bad kind ${input}` }),
        }),
        () => undefined,
      ),
    },
  }),
  'a value that valibot refuses': (secret) => ({
    event: sqsEvent([{ id: secret, kind: secret }]),
    options: { call: fn(v.object({ id: v.number(), kind: v.picklist(['a']) }), () => undefined) },
  }),
  'a property that a strict schema refuses': (secret) => ({
    event: sqsEvent([{ id: secret, [secret]: 1 }]),
    options: { call: fn(z.strictObject({}), () => undefined) },
  }),
  'a name in a record': (secret) => ({
    event: sqsEvent([{ zod: { [secret]: 'x' } }, { zod: { [secret]: { [secret]: 'x' } } }]),
    options: { call: fn(z.object({ zod: z.record(z.string(), z.record(z.string(), z.number())) }), () => undefined) },
  }),
  'a name that a queue does not accept': (secret) => ({
    event: sqsEvent([{ [secret]: 'x' }]),
    options: {
      call: (kwargs) =>
        payload({
          queue: queue({ type: 'sqs', name: 'q', schema: z.record(z.string(), z.number()), validate: true }) as never,
          kwargs: { ...kwargs } as never,
        }),
    },
  }),
  'a thrown string': (secret) => ({ event: [{}], options: { call: raise(secret) } }),
  'a thrown object': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: raise({ [secret]: secret, message: secret, name: secret, stack: secret }) },
  }),
  'a thrown array': (secret) => ({ event: sqsEvent([{}]), options: { call: raise([secret]) } }),
  'members of a thrown error': (secret) => ({ event: sqsEvent([{}]), options: { call: raise(httpError(secret)) } }),
  'the cause of a thrown error': (secret) => ({
    event: sqsEvent([{}, {}]),
    options: { call: raise(new Error('x', { cause: new Error('y', { cause: { secret } }) })), unhandled: 'retry' },
  }),
  'the cause of a thrown error, as text': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: raise(new Error('x', { cause: secret })) },
  }),
  'an error whose class has a toJSON': (secret) => {
    class HttpError extends Error {
      toJSON(): object {
        return { headers: secret }
      }
    }
    return {
      event: sqsEvent([{}]),
      options: { call: raise(new FailCatastrophically('x', { cause: new HttpError('y') })) },
    }
  },
  'an AggregateError': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: raise(new AggregateError([httpError(secret), secret, { secret }], 'all failed')) },
  }),
  'the error of an SDK': (secret) => ({ event: sqsEvent([{}]), options: { call: raise(sdkError(secret)) } }),
  'an error of `capture`': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: drop, capture: raise(httpError(secret)) },
  }),
  'a value that `capture` throws': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: drop, capture: raise({ config: { data: secret } }) },
  }),
  'a string that `capture` throws': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: drop, capture: raise(secret) },
  }),
  'a value that `retryDelaySeconds` throws': (secret) => ({
    event: sqsEvent([{}]),
    options: {
      call: raise(new FailCatastrophically('later')),
      retryDelaySeconds: raise({ secret }),
      sqs: { remove: async () => [], postpone: async () => [] },
    },
  }),
  'a cause that has a request': (secret) => ({
    event: sqsEvent([{}]),
    options: { call: raise(new FailCatastrophically('x', { cause: httpError(secret) })) },
  }),
  'the text of a service that refuses a call': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: {
      call: (kwargs) => payload({ queue: queue({ type: 'sqs', url: 'https://sqs.test/1/q' }), kwargs }),
      senders: { sqs: { ...queueSqs(), send: raise(serviceError(secret, 'client')) } as never },
    },
  }),
  'the text of the queue that a message came from': (secret) => ({
    event: sqsEvent([{}]),
    options: {
      call: raise(new FailCatastrophically('later')),
      retryDelaySeconds: 5,
      sqs: { remove: async () => [], postpone: raise(serviceError(secret, 'client')) },
    },
  }),
  'the text of a service that fails': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: {
      call: (kwargs) => payload({ queue: queue({ type: 'sqs', url: 'https://sqs.test/1/q' }), kwargs }),
      senders: { sqs: { ...queueSqs(), send: raise(serviceError(secret, 'server')) } as never },
      delivery: { maxAttempts: 2, retryMillis: 1 },
    },
  }),
  'a partition key that is too long': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: {
      call: (kwargs) =>
        payload({
          queue: queue({ type: 'kinesis', name: 's', partitionKey: () => secret.repeat(40) }),
          kwargs,
        }),
      senders: { kinesis: queueKinesis() as never },
    },
  }),
  'a group id with characters that SQS refuses': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: {
      call: (kwargs) =>
        payload({
          queue: queue({ type: 'sqs', name: 'q.fifo', groupId: () => `${secret} and a space` }),
          kwargs,
        }),
      senders: { sqs: queueSqs() as never },
    },
  }),
  'a message that is too large': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: {
      call: ({ secret: own }: { secret: string }) =>
        payload({ queue: memoryQueue({ maxBytes: 10 }).queue, kwargs: { own } }),
    },
  }),
  'kwargs that JSON cannot carry': (secret) => ({
    event: sqsEvent([{ secret }]),
    options: { call: () => payload({ queue: memoryQueue().queue, kwargs: { [secret]: 1n } as never }) },
  }),
  'near-payloads': (secret) => ({
    event: sqsEvent([{}, {}]),
    options: { call: () => ({ path: secret, kwargs: { secret } }) },
  }),
  'a log event': (secret) => ({ event: awslogsEvent([secret, { secret }]), options: { call: drop } }),
  'an output that is too large': (secret) => ({
    event: [{}],
    options: { call: () => secret.repeat(600_000) },
  }),
  'a message that does not finish in time': (secret) => ({
    event: sqsEvent([to({ secret })]),
    options: { paths: { A: [() => new Promise(() => undefined)] } },
  }),
}
