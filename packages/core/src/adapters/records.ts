import { InvalidPayloadError, refuseMessage } from '../language/errors.ts'
import { getOwn, isObject, nonEmptyString, notPromise, typeName } from '../values.ts'

/**
 * Returns the records of a batch, if all of them name a service: those in `Records`, or a bare array, as EventBridge Pipes
 * sends it.
 *
 * @param eventSource the name of the service in the records
 * @param isGiven whether the user named the source: then records may leave the name out. Default: false
 * @throws InvalidPayloadError if the user named the source and the event has no array of records
 */
export const recordsFrom = (event: unknown, eventSource: string, isGiven = false): readonly unknown[] | undefined => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  if (!Array.isArray(records)) {
    if (!isGiven && !(isObject(event) && Object.hasOwn(event, 'Records'))) return undefined
    throw new InvalidPayloadError(
      `batchDecoder: expected an array of \`Records\`, received ${typeName(isObject(event) ? records : event)}`,
    )
  }
  if (records.length === 0) return Array.isArray(event) && !isGiven ? undefined : records
  const accepts = (record: unknown): boolean => {
    const name = isObject(record) ? record['eventSource'] : undefined
    // SNS spells the name with a capital.
    return name === eventSource || (isGiven && name === undefined && getOwn(record, 'EventSource') === undefined)
  }
  return records.every(accepts) ? records : undefined
}

/**
 * Returns the path that the `path` function of a source's user has returned.
 *
 * @param factory the name of the source's factory, for the error text
 * @throws InvalidConfigurationError for anything but a non-empty string: the message is not at fault, and must not be dropped
 */
export const pathFrom = (factory: string, path: unknown): string =>
  nonEmptyString(notPromise(path, '`path`')) ??
  refuseMessage(
    `${factory}: \`path\` must return a non-empty string, received ${path === '' ? 'an empty string' : typeName(path)}`,
  )
