import { checkBoolean, checkMembers, checkNumber, checkValue, invalid, pathTo } from './check-values.ts'
import { streamKind } from './kinesis-kind.ts'
import { defaultTimeout, type LocalFunction, type LocalPipelineOptions, type Source } from './options.ts'
import type { SourceKind } from './source-kind.ts'
import { queueKind } from './sqs-kind.ts'

const kinds: readonly SourceKind[] = [queueKind, streamKind]

/**
 * Checks the options. It refuses options that AWS refuses when it creates the resources, and options that can only be
 * mistakes.
 *
 * @throws InvalidConfigurationError with the path of the option and the fix
 */
export const checkPipeline = (options: LocalPipelineOptions): void => {
  checkMembers('options', options, ['queues', 'streams', 'functions', 'region', 'environment', 'logger'])
  checkBoolean('environment', options.environment)
  const declared = new Map<string, string>()
  for (const kind of kinds) {
    for (const [name, resource] of Object.entries(resourcesOf(options, kind.option))) {
      const path = pathTo(kind.option, name)
      const other = declared.get(name)
      if (other !== undefined) {
        invalid(`\`${path}\` and \`${other}\` must have different names, because \`send\` takes a name`)
      }
      declared.set(name, path)
      kind.checkResource(path, name, resource, options)
    }
  }
  for (const [name, fn] of Object.entries(resourcesOf(options, 'functions'))) {
    checkFunction(pathTo('functions', name), name, fn as LocalFunction, options)
  }
}

const resourcesOf = (options: LocalPipelineOptions, option: 'queues' | 'streams' | 'functions'): object => {
  const resources = options[option]
  if (resources === undefined) return {}
  checkValue(
    typeof resources === 'object' && resources !== null && !Array.isArray(resources),
    option,
    'an object',
    resources,
  )
  return resources
}

const checkFunction = (path: string, name: string, fn: LocalFunction, options: LocalPipelineOptions): void => {
  if (!/^[\w-]{1,64}$/.test(name)) {
    invalid(`\`${path}\` must have a name of 1 to 64 letters, digits, hyphens and underscores, as Lambda requires`)
  }
  checkMembers(path, fn, ['handler', 'source', 'timeout'])
  checkValue(typeof fn.handler === 'function', `${path}.handler`, 'a function', fn.handler)
  checkNumber(`${path}.timeout`, fn.timeout ?? defaultTimeout, 0.001, 900)
  const mapped = new Set<string>()
  const list: readonly unknown[] | undefined = Array.isArray(fn.source) ? fn.source : undefined
  for (const [position, source] of (list ?? [fn.source]).entries()) {
    const sourcePath = list === undefined ? `${path}.source` : `${path}.source[${position}]`
    const kind = sourceKindOf(sourcePath, source)
    kind.checkSource(sourcePath, source as Source, fn, options)
    const resource = pathTo(kind.option, String((source as Source)[kind.member]))
    if (mapped.has(resource)) {
      invalid(
        `\`${sourcePath}\` must not name \`${resource}\` again: Lambda takes one event source mapping for each source and function`,
      )
    }
    mapped.add(resource)
  }
}

const sourceKindOf = (path: string, source: unknown): SourceKind => {
  checkValue(typeof source === 'object' && source !== null && !Array.isArray(source), path, 'an object', source)
  const [kind, ...others] = kinds.filter(({ member }) => (source as Source)[member] !== undefined)
  if (kind === undefined || others.length > 0) {
    return invalid(
      `\`${path}\` must name either a \`queue\` or a \`stream\`, received ${kind === undefined ? 'neither' : 'both'}`,
    )
  }
  return kind
}
