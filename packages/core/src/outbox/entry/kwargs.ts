import { describeError, invalidConfiguration, UndeliverableError } from '../../language/errors.ts'
import { type Queue, queueLabel } from '../../language/queue.ts'
import { validationError } from '../../schema/issues.ts'
import { hasIssues, isSchemaResult, validate } from '../../schema/standard-schema.ts'
import { ignoreRejection, ignoreRejections, isThenable, toPromise } from '../../values.ts'

/** @throws UndeliverableError if the queue's schema does not accept the kwargs, InvalidConfigurationError if it is broken */
export const checkKwargs = (queue: Queue, kwargs: unknown): void => {
  const cannot = `cannot send to ${queueLabel(queue)}`
  let result: ReturnType<typeof validate> | undefined
  try {
    result = queue.schema && validate(queue.schema, kwargs)
  } catch (cause) {
    throw new UndeliverableError(`${cannot}: its \`schema\` threw ${describeError(cause)}`, { cause })
  }
  if (isThenable(result)) {
    ignoreRejection(toPromise(result))
    throw new UndeliverableError(`${cannot}: \`validate: true\` requires a synchronous \`schema\``)
  }
  // What a transform has made is not sent.
  ignoreRejections((result as { readonly value?: unknown } | undefined)?.value)
  if (queue.schema !== undefined && !isSchemaResult(result)) {
    invalidConfiguration(`${cannot}: its \`schema\` returned neither a value nor issues`)
  }
  if (result !== undefined && hasIssues(result)) {
    const cause = validationError('its `schema` does not accept the kwargs', result.issues, kwargs, '', queue.schema)
    throw new UndeliverableError(`${cannot}: ${cause.message}`, { cause })
  }
}
