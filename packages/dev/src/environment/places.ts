import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Description } from '@lpipe/system'
import ts from 'typescript'
import type { SourcePlace } from '../api/types.ts'

/** Where a system is written. */
export interface Places {
  /** Returns where an option is, such as `functions.orders.timeout`, or the nearest option around it. */
  readonly ofOption: (place: string) => SourcePlace | undefined
  /** By node id: Lambdas, queues and streams. */
  readonly ofNodes: Readonly<Record<string, SourcePlace>>
}

/** Finds the call of `system()` in a file. */
export const findPlaces = async (file: string, { resources, functions }: Description): Promise<Places> => {
  const source = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const call = findCall(source)
  const options = call?.arguments[0]

  const placeOf = (node: ts.Node): SourcePlace => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source))
    return { file: basename(file), line: line + 1, column: character + 1 }
  }

  const find = (keys: readonly string[]): ts.Node | undefined => {
    let node: ts.Node | undefined = options
    let found: ts.Node | undefined
    for (const key of keys) {
      if (node === undefined || !ts.isObjectLiteralExpression(node)) break
      const member: ts.ObjectLiteralElementLike | undefined = node.properties.find((one) => nameOf(one) === key)
      if (member === undefined) break
      found = member
      node = ts.isPropertyAssignment(member) ? member.initializer : undefined
    }
    return found
  }

  const ofKeys = (keys: readonly string[]): SourcePlace | undefined => {
    const found = find(keys) ?? call
    return found && placeOf(found)
  }

  const optionOf = { sqs: 'queues', kinesis: 'streams' } as Readonly<Record<string, string>>
  const nodes = [
    ...functions.map(({ name }) => [`function:${name}`, ['functions', name]] as const),
    ...resources
      .filter(({ declared }) => declared)
      .map(({ type, name }) => [`${type}:${name}`, [optionOf[type] ?? type, name]] as const),
  ]
  return {
    ofOption: (place) => ofKeys(keysOf(place)),
    ofNodes: Object.fromEntries(
      nodes.flatMap(([id, keys]) => {
        const found = find(keys)
        return found === undefined ? [] : [[id, placeOf(found)]]
      }),
    ),
  }
}

const findCall = (node: ts.Node): ts.CallExpression | undefined => {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'system') return node
  return ts.forEachChild(node, findCall)
}

const nameOf = ({ name }: ts.ObjectLiteralElementLike): string | undefined =>
  name !== undefined && 'text' in name ? name.text : undefined

/** Splits `functions.orders.source` and `queues['a.fifo']` into keys. After a comma a finding names a path. */
const keysOf = (place: string): string[] =>
  [...(place.split(',')[0] ?? '').matchAll(/\['([^']*)'\]|([\w-]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
