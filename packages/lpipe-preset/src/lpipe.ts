import { type BatchDecoderOptions, batchDecoder } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse } from '@lpipe/batch-response'
import { checkOptions, InvalidConfigurationError, isObject, kindOf } from '@lpipe/core'
import { type ErrorClassifierOptions, errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type MetricsOptions, metrics } from '@lpipe/metrics'
import { type PathRouterOptions, type Paths, pathRouter } from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain } from '@lpipe/payload-chain'
import type { MiddlewareObj } from '@middy/core'

/** The options of all middlewares, together. */
export interface LpipeOptions<P extends Paths<P> = Paths>
  extends BatchResponseOptions,
    BatchDecoderOptions,
    ErrorClassifierOptions,
    PayloadChainOptions,
    PathRouterOptions<P> {
  /** one line of CloudWatch metrics for each invocation; needs `@aws-lambda-powertools/metrics`. Default none */
  readonly metrics?: boolean | MetricsOptions
}

const responding = ['partialFailures', 'retryDelaySeconds', 'sqs'] as const
const decoding = ['source'] as const
const classifying = ['unhandled', 'logger', 'capture'] as const
const chaining = ['senders', 'deadLetter', 'maxHops', 'maxCalls', 'retryMillis', 'maxAttempts'] as const
const routing = ['call', 'paths', 'defaultPath', 'maxSteps', 'concurrency', 'onStreamFailure', 'reserveMillis'] as const

/**
 * All middlewares of lpipe in their order: response, classifier, decoder, normalizer, chain, router.
 *
 * With `call` or `defaultPath` a message's whole body is the kwargs; else it is `{ path, kwargs }`. With neither `call`
 * nor `paths` the handler given to middy must return settled results for `context.lpipe.messages`.
 *
 * @throws InvalidConfigurationError for a graph or an option that is wrong, with the place and the cure
 */
export const lpipe = <const P extends Paths<P>>(options: LpipeOptions<P>): MiddlewareObj<unknown, unknown>[] => {
  checkOptions('lpipe', options, ['metrics', ...responding, ...decoding, ...classifying, ...chaining, ...routing])
  const routed = routing.some((name) => name in options)
  return [
    ...measuring(options.metrics),
    batchResponse(pick(options, responding)),
    errorClassifier(pick(options, classifying)),
    batchDecoder(pick(options, decoding)),
    messageNormalizer({ basic: Boolean(options.call ?? options.defaultPath) }),
    payloadChain(pick(options, chaining)),
    ...(routed ? [pathRouter(pick(options, routing))] : []),
  ]
}

/** Outermost, for it counts what the others made of the batch. */
const measuring = (option: unknown): MiddlewareObj<unknown, unknown>[] => {
  if (option === undefined || option === false) return []
  if (option !== true && !isObject(option)) {
    throw new InvalidConfigurationError(
      `lpipe: metrics must be true or { namespace, dimensions }, got ${kindOf(option)}`,
    )
  }
  return [metrics(option === true ? {} : option)]
}

/** The options that one middleware takes. */
const pick = <T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.filter((name) => name in options).map((name) => [name, options[name]])) as Pick<T, K>
