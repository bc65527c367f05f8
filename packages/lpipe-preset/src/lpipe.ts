import { type BatchDecoderOptions, batchDecoder, batchDecoderRules } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse, batchResponseRules } from '@lpipe/batch-response'
import { checkOptions, type Rules } from '@lpipe/core'
import { type ErrorClassifierOptions, errorClassifier, errorClassifierRules } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type PathRouterOptions, type Paths, pathRouter, pathRouterRules } from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain, payloadChainRules } from '@lpipe/payload-chain'
import type { MiddlewareObj } from '@middy/core'
import { type MetricsOptions, measuring } from './measuring.ts'

/** The options of all middlewares, together. */
export interface LpipeOptions<P extends Paths<P> = Paths>
  extends BatchResponseOptions,
    BatchDecoderOptions,
    ErrorClassifierOptions,
    PayloadChainOptions,
    PathRouterOptions<P> {
  /** one line of CloudWatch metrics for each invocation; needs the package `@lpipe/metrics`. Default none */
  readonly metrics?: boolean | MetricsOptions
}

const rules = {
  metrics: 'any',
  ...batchResponseRules,
  ...errorClassifierRules,
  ...batchDecoderRules,
  ...payloadChainRules,
  ...pathRouterRules,
}

/**
 * All middlewares of lpipe in their order: response, classifier, decoder, normalizer, chain, router.
 *
 * With `call` or `defaultPath` a message's whole body is the kwargs; else it is `{ path, kwargs }`. With neither `call`
 * nor `paths` the handler given to middy must return settled results for `context.lpipe.messages`.
 *
 * @throws InvalidConfigurationError for a graph or an option that is wrong, with the place and the cure
 */
export const lpipe = <const P extends Paths<P>>(options: LpipeOptions<P>): MiddlewareObj<unknown, unknown>[] => {
  checkOptions('lpipe', options, rules)
  const routing = pick(options, pathRouterRules)
  return [
    ...measuring(options.metrics),
    batchResponse(pick(options, batchResponseRules)),
    errorClassifier(pick(options, errorClassifierRules)),
    batchDecoder(pick(options, batchDecoderRules)),
    messageNormalizer({ basic: Boolean(options.call ?? options.defaultPath) }),
    payloadChain(pick(options, payloadChainRules)),
    ...(Object.keys(routing).length > 0 ? [pathRouter(routing)] : []),
  ]
}

/** The options that one middleware takes. */
const pick = <T extends object, R extends Rules>(options: T, taken: R): Pick<T, keyof T & keyof R> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => name in taken)) as Pick<T, keyof T & keyof R>
