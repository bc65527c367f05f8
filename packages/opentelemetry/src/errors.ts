import { errorMessage, errorType, ignoreRejection, isError, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import { callFailureFrom } from '@lpipe/core/outbox'
import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api'

/** `error.type` for what has no short name of its own. */
const other = '_OTHER'

/** A code that a service or a sender returns. A sentence could quote an entry. */
const errorCode = /^[A-Za-z_][\w.:-]{0,99}$/

/** Says on a span that it ended with an error. */
const fail = (span: Span, type: string, description: string): void => {
  ignoreRejection(span.setAttribute('error.type', type))
  ignoreRejection(span.setStatus({ code: SpanStatusCode.ERROR, message: description }))
}

const record = (span: Span, exception: Exception): void => ignoreRejection(span.recordException(exception))

/**
 * Says on a span that it ended with a thrown value.
 *
 * @param isRecorded whether the exception is recorded on another span already
 */
export const failWithError = (span: Span, error: unknown, isRecorded: boolean): void => {
  const name = errorType(error)
  const message = errorMessage(error)
  fail(span, name, message)
  if (isRecorded) return
  const stack = tryOr(() => (isError(error) ? nonEmptyString(error.stack) : undefined), undefined)
  record(span, { name, message, ...(stack !== undefined && { stack }) })
}

/** Says on the span of a call that it failed. The text of a service is left out, because it may quote an entry. */
export const failWithCall = (span: Span, error: unknown): void => {
  const { code, reason } = callFailureFrom(error)
  const name = errorCode.test(code) ? code : other
  fail(span, name, reason)
  record(span, { name, message: reason })
}

/** Says on the span of a call that entries were not accepted. */
export const failWithAnswers = (span: Span, answers: unknown, count: number): void => {
  if (!Array.isArray(answers) || answers.length !== count) {
    fail(span, 'InvalidAnswer', 'the sender must return one answer per entry')
    return
  }
  const failures = Array.from(answers as readonly unknown[]).filter((answer) => answer !== undefined)
  if (failures.length === 0) return
  const codes = new Set(failures.map(codeOf))
  const [code = other] = codes
  fail(span, codes.size === 1 ? code : other, `${failures.length} of ${count} entries were not accepted`)
}

const codeOf = (failure: unknown): string =>
  tryOr(() => {
    const { code } = failure as { readonly code?: unknown }
    return typeof code === 'string' && errorCode.test(code) ? code : other
  }, other)
