import { type BatchDecoderOptions, batchDecoder, batchDecoderRules } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse, batchResponseRules } from '@lpipe/batch-response'
import type { AnyFunction } from '@lpipe/core'
import { checkOptions, getOwn, graphChannel, invalidConfiguration, type Rules } from '@lpipe/core/middleware'
import { type ErrorClassifierOptions, errorClassifier, errorClassifierRules } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import {
  type GraphMiddleware,
  type PathRouterOptions,
  type Paths,
  pathRouter,
  pathRouterRules,
} from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain, payloadChainRules } from '@lpipe/payload-chain'
import { checkSenders } from './graph-queues.ts'
import { sourceQueueIn } from './source-queue.ts'

/** The options of all middlewares, together. */
export interface LpipeOptions<
  P extends Paths<P> = Paths,
  C extends AnyFunction = AnyFunction,
  D extends string = string,
  E extends string = string,
> extends BatchResponseOptions,
    BatchDecoderOptions,
    ErrorClassifierOptions,
    PayloadChainOptions,
    PathRouterOptions<P, C, D, E> {}

const rules = {
  ...batchResponseRules,
  ...errorClassifierRules,
  ...batchDecoderRules,
  ...payloadChainRules,
  ...pathRouterRules,
}

/**
 * Returns all middlewares of lpipe in their order: response, classifier, decoder, normalizer, chain, router.
 *
 * With `call` or `defaultPath` a message's whole body is the kwargs; otherwise it is `{ path, kwargs }`. With neither `call`
 * nor `paths` the handler given to middy must return settled results for `context.lpipe.messages`.
 *
 * An error of an unknown class drops its message, as in the Python library: set `unhandled: 'retry'` to keep it on its queue.
 *
 * @throws InvalidConfigurationError for a graph or an option that is wrong, with the place and the fix
 * @example
 * export const handler = middy().use(lpipe({ paths: { ORDER: [charge, ship] }, unhandled: 'retry' }))
 */
export const lpipe = <
  const P extends Paths<P> = Paths,
  C extends AnyFunction = AnyFunction,
  const D extends string = never,
  const E extends string = never,
>(
  options: LpipeOptions<P, C, D, E>,
): GraphMiddleware<P, C, D, E>[] => {
  if (getOwn(options, 'metrics') !== undefined) {
    invalidConfiguration(
      'lpipe: `metrics` is not an option; use the middleware before lpipe(): middy().use(metrics()).use(lpipe({ ... }))',
    )
  }
  checkOptions('lpipe', options, rules)
  checkSenders(options.paths, options.senders)
  const routing = pick(options, pathRouterRules)
  const response = pick(options, batchResponseRules)
  const sqs = response.sqs ?? sourceQueueIn(options)
  const middlewares = [
    batchResponse(sqs === undefined ? response : { ...response, sqs }),
    errorClassifier(pick(options, errorClassifierRules)),
    batchDecoder(pick(options, batchDecoderRules)),
    messageNormalizer({ basic: Boolean(options.call ?? options.defaultPath) }),
    payloadChain(pick(options, payloadChainRules)),
    ...(Object.keys(routing).length > 0 ? [pathRouter(routing)] : []),
  ]
  graphChannel.publish({ by: 'lpipe', options })
  return middlewares
}

/** Returns the options that one middleware takes. */
const pick = <T extends object, R extends Rules>(options: T, taken: R): Pick<T, keyof T & keyof R> =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => Object.hasOwn(taken, name) && value !== undefined),
  ) as Pick<T, keyof T & keyof R>
