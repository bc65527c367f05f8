import { checkBoolean, checkDeclared, checkInteger, checkMembers, checkNumber, invalid } from './check-values.ts'
import { isFifo } from './names.ts'
import { checkSharedOptions, sharedSourceOptions } from './shared-source.ts'
import type { SourceKind } from './source-kind.ts'
import type { StreamSource, SystemStream } from './types.ts'

/** Checks streams and their event source mappings as AWS does when it creates them. */
export const streamKind: SourceKind = {
  option: 'streams',
  member: 'stream',

  checkResource(path, name, stream: SystemStream) {
    if (!/^[\w.-]{1,128}$/.test(name)) {
      invalid(
        `\`${path}\` must have a name of 1 to 128 letters, digits, hyphens, underscores and periods, as Kinesis requires`,
      )
    }
    checkMembers(path, stream, ['shards'])
    checkInteger(`${path}.shards`, stream.shards ?? 1, 1, 10_000)
  },

  checkSource(path, source: StreamSource, _fn, { queues = {}, streams = {} }) {
    const { maximumRecordAgeInSeconds: age = -1, onFailure } = source
    checkMembers(path, source, [
      'stream',
      'bisectBatchOnFunctionError',
      'maximumRetryAttempts',
      'maximumRecordAgeInSeconds',
      'parallelizationFactor',
      'onFailure',
      ...sharedSourceOptions,
    ])
    checkDeclared(`${path}.stream`, source.stream, 'streams', streams)
    checkInteger(`${path}.batchSize`, source.batchSize ?? 100, 1, 10_000)
    checkBoolean(`${path}.bisectBatchOnFunctionError`, source.bisectBatchOnFunctionError)
    checkInteger(`${path}.maximumRetryAttempts`, source.maximumRetryAttempts ?? -1, -1, 10_000)
    if (age !== -1) checkInteger(`${path}.maximumRecordAgeInSeconds`, age, 60, 604_800)
    checkInteger(`${path}.parallelizationFactor`, source.parallelizationFactor ?? 1, 1, 10)
    checkNumber(`${path}.retryAfterSeconds`, source.retryAfterSeconds ?? 0, 0, 3600)
    checkSharedOptions(path, source, 'data')
    if (onFailure === undefined) return
    checkDeclared(`${path}.onFailure`, onFailure, 'queues', queues)
    if (isFifo(onFailure)) {
      invalid(
        `\`${path}.onFailure\` must be a standard queue, as Lambda requires; received ${JSON.stringify(onFailure)}`,
      )
    }
  },
}
