import { isObject } from '@lpipe/core/middleware'
import { checkInteger, checkMembers, checkNumber, checkValue, invalid, pathTo } from './check-values.ts'
import { streamKind } from './kinesis.ts'
import { topicKind } from './sns.ts'
import type { SourceKind } from './source-kind.ts'
import { queueKind } from './sqs.ts'
import { type CheckedOptions, defaultMemory, defaultTimeout, type Source } from './types.ts'

const kinds: readonly SourceKind[] = [queueKind, streamKind, topicKind]

/**
 * Checks the options. It refuses options that AWS refuses when it creates the resources, and options that can only be
 * mistakes.
 *
 * @param more further options that the caller takes and checks
 * @throws InvalidConfigurationError with the path of the option and the fix
 */
export const checkSystem = (options: CheckedOptions, more: readonly string[] = []): void => {
  checkMembers('options', options, ['queues', 'streams', 'topics', 'functions', ...more])
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
    checkFunction(pathTo('functions', name), name, fn as CheckedFunction, options)
  }
}

type CheckedFunction = NonNullable<CheckedOptions['functions']>[string]

const resourcesOf = (options: CheckedOptions, option: 'queues' | 'streams' | 'topics' | 'functions'): object => {
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

const checkFunction = (path: string, name: string, fn: CheckedFunction, options: CheckedOptions): void => {
  if (!/^[\w-]{1,64}$/.test(name)) {
    invalid(`\`${path}\` must have a name of 1 to 64 letters, digits, hyphens and underscores, as Lambda requires`)
  }
  const ofLoaded = fn.load === undefined ? [] : ['environment']
  checkMembers(path, fn, ['load', 'handler', 'source', 'timeout', 'memory', 'recursiveLoop', ...ofLoaded])
  checkHandler(path, fn)
  checkNumber(`${path}.timeout`, fn.timeout ?? defaultTimeout, 0.001, 900)
  checkInteger(`${path}.memory`, fn.memory ?? defaultMemory, 128, 10_240)
  const { recursiveLoop = 'Terminate' } = fn
  checkValue(
    recursiveLoop === 'Terminate' || recursiveLoop === 'Allow',
    `${path}.recursiveLoop`,
    "'Terminate' or 'Allow'",
    recursiveLoop,
  )
  const { environment = {} } = fn
  checkValue(isObject(environment), `${path}.environment`, 'an object', environment)
  for (const [variable, value] of Object.entries(environment)) {
    checkValue(typeof value === 'string', pathTo(`${path}.environment`, variable), 'a string', value)
  }
  if (fn.load !== undefined && fn.source === undefined) return
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

const checkHandler = (path: string, { load, handler }: CheckedFunction): void => {
  if (load === undefined) {
    checkValue(typeof handler === 'function', `${path}.handler`, 'a function', handler)
    return
  }
  checkValue(typeof load === 'function', `${path}.load`, "a function such as () => import('./handler.ts')", load)
  checkValue(
    handler === undefined || (typeof handler === 'string' && handler !== ''),
    `${path}.handler`,
    "the name of the export of the module that `load` imports, for example 'handler'",
    handler,
  )
}

const sourceKindOf = (path: string, source: unknown): SourceKind => {
  checkValue(typeof source === 'object' && source !== null && !Array.isArray(source), path, 'an object', source)
  const [kind, ...others] = kinds.filter(({ member }) => (source as Source)[member] !== undefined)
  if (kind === undefined || others.length > 0) {
    return invalid(
      `\`${path}\` must name one \`queue\`, \`stream\` or \`topic\`, received ${kind === undefined ? 'none' : 'several'}`,
    )
  }
  return kind
}
