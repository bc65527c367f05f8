import { Ajv } from 'ajv'

/** A document in the embedded metric format. */
export interface Emf {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[]
    }[]
  }
  readonly [member: string]: unknown
}

const name = { type: 'string', minLength: 1, maxLength: 255 }
const sizes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes']
const bits = sizes.map((size) => size.replace(/[Bb]ytes/, (bytes) => (bytes === 'Bytes' ? 'Bits' : 'bits')))
const plain = [...sizes, ...bits, 'Count']
const units = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  'None',
  ...plain,
  ...plain.map((one) => `${one}/Second`),
]

/**
 * The rules of the published specification that a schema can say, written down from its text.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emfSchema = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: name,
              Dimensions: { type: 'array', minItems: 1, items: { type: 'array', maxItems: 30, items: name } },
              Metrics: {
                type: 'array',
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: { Name: name, Unit: { enum: units }, StorageResolution: { enum: [1, 60] } },
                },
              },
            },
          },
        },
      },
    },
  },
}

const validate = new Ajv({ allErrors: true }).compile(emfSchema)

/** What is wrong with a document: by the schema, and by the rules about references, which a schema cannot say. */
export const wrongWith = (document: unknown): string[] => {
  if (!validate(document))
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  const emf = document as Emf
  return emf._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => [
    ...Dimensions.flat()
      .filter((dimension) => typeof emf[dimension] !== 'string')
      .map((dimension) => `the dimension ${dimension} is not a text at the root`),
    ...Metrics.filter(({ Name }) => !isNumeric(emf[Name])).map(
      ({ Name }) => `the metric ${Name} is not a number at the root`,
    ),
  ])
}

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' ||
  (Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'number'))
