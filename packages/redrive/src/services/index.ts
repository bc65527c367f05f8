import { kinesis } from './kinesis.ts'
import type { Service } from './service.ts'
import { sqs } from './sqs.ts'

const services: readonly Service[] = [sqs, kinesis]

/** Their names, for a text. */
export const serviceNames = services.map(({ type }) => type).join(' and ')

/** Returns the service of a type; undefined if nothing can be sent to it. */
export const serviceOf = (type: string): Service | undefined => services.find((service) => service.type === type)
