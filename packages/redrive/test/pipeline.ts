import { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach } from '@jest/globals'
import { type LocalPipeline, type LocalPipelineOptions, localPipeline } from '@lpipe/local'
import { silentLogger } from '@lpipe/testing'

let pipeline: LocalPipeline | undefined
afterEach(async () => {
  await pipeline?.stop()
  pipeline = undefined
})

export const currentPipeline = (): LocalPipeline => {
  if (pipeline === undefined) throw new Error('start() comes first')
  return pipeline
}

/** Starts a pipeline that stops after the test. */
export const start = async (
  options: Omit<LocalPipelineOptions, 'logger' | 'environment'> = { queues: { orders: {}, 'dead-letters': {} } },
): Promise<LocalPipeline> => {
  await pipeline?.stop()
  pipeline = await localPipeline({ ...options, environment: false, logger: silentLogger() })
  return pipeline
}

export const clientsOf = ({ clients: { sqs, kinesis } }: LocalPipeline) => ({ client: sqs, kinesis })

/** A client of the test's own, which tries once. */
export const clientOf = ({ environment }: LocalPipeline): SQSClient => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const endpoint = environment['AWS_ENDPOINT_URL_SQS'] ?? ''
  return new SQSClient({ region: 'us-east-1', credentials, endpoint, maxAttempts: 1 })
}

export const bodiesIn = async (name: string): Promise<unknown[]> =>
  (await currentPipeline().contents(name)).map(({ body }) => body)

/** The queue `orders` of a pipeline. */
export const arn = 'arn:aws:sqs:us-east-1:000000000000:orders'

/** A dead letter as payloadChain writes it. */
export const deadLetterOf = (type: string, record: unknown, origin: string | null, members: object = {}) => ({
  error: { name: 'FailButContinue', message: 'of the test' },
  path: null,
  function: null,
  source: { type, arn: origin, id: 'one' },
  time: new Date().toISOString(),
  record,
  ...members,
})
