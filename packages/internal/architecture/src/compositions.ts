/** What users put together, and what a bundle of it must not hold or import. */
export interface Composition {
  readonly code: string
  /** The packages that its bundle imports, now or later. */
  readonly imports: readonly string[]
  /** The packages that its bundle names, for example in the text of an error. */
  readonly names?: readonly string[]
}

const middy = "import middy from '@middy/core'\n"

/** middy with nothing in it. */
export const bare = `${middy}export const handler = middy(async () => undefined)`

export const compositions: Readonly<Record<string, Composition>> = {
  preset: {
    code: `${middy}import { lpipe } from 'lpipe-preset'
      export const handler = middy().use(lpipe({ call: () => undefined }))`,
    imports: [],
  },
  'decoder only': {
    code: `${middy}import { batchDecoder } from '@lpipe/batch-decoder'
      export const handler = middy(async () => undefined).use(batchDecoder())`,
    imports: [],
  },
  'decoder, classifier, response': {
    code: `${middy}import { batchDecoder } from '@lpipe/batch-decoder'
      import { batchResponse } from '@lpipe/batch-response'
      import { errorClassifier } from '@lpipe/error-classifier'
      export const handler = middy(async () => []).use([batchResponse(), errorClassifier(), batchDecoder()])`,
    imports: [],
  },
  'preset with an SQS queue': {
    code: `${middy}import { action, lpipe, queue } from 'lpipe-preset'
      const merch = queue({ type: 'sqs', name: 'merch' })
      export const handler = middy().use(lpipe({ paths: { A: [action({ queues: [merch] })] } }))`,
    // `type` is a value: a bundler cannot know that it is never 'kinesis'.
    imports: ['@aws-sdk/client-kinesis', '@aws-sdk/client-sqs'],
    names: ['@smithy'],
  },
}

/** Large packages, which only a Lambda that uses them may bundle. */
export const forbidden = ['@aws-sdk', '@smithy', 'ajv', '@middy/validator', '@sentry', '@opentelemetry', 'zod'] as const
