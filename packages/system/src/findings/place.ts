import { type Resource, resourceId } from '../description.ts'
import { pathTo } from '../options/check-values.ts'

/** The option of a system that declares resources of a type. */
const optionOf: Readonly<Record<string, string>> = { sqs: 'queues', kinesis: 'streams', sns: 'topics' }

/** Whether a system can declare queues of this type. */
export const isDeclarable = (type: string): boolean => Object.hasOwn(optionOf, type)

/** Returns the option of the system that is about a resource. */
export const placeOf = (resource: { readonly type: string; readonly name: string }): string =>
  pathTo(optionOf[resource.type] ?? resource.type, resource.name)

/** Returns the option of the system that is about a function. */
export const functionPlace = (name: string): string => pathTo('functions', name)

/** Returns a queue, a stream or a topic by its id. */
export const resourceIn = (resources: readonly Resource[], id: string): Resource | undefined =>
  resources.find((one) => resourceId(one) === id)
