import type { Issue } from '../language/errors.ts'
import { expectedBy } from './ajv-expected.ts'
import type { ValidatorError } from './ajv-validator.ts'

/** An issue that says what was expected, like those of zod, valibot and arktype. */
interface AjvIssue extends Issue {
  readonly path: readonly string[]
  readonly expected: string | undefined
}

const branching = new Set(['anyOf', 'oneOf'])

/** Keywords whose own error says nothing: the errors of their schemas precede it. */
const summaries = new Set(['if', 'propertyNames'])

/** At most this number of errors become issues: a message chooses how many there are, and how long their paths are. */
const maxIssues = 100

/** An error with the errors of its branches, if it is the error of a union. */
interface ErrorGroup {
  readonly error: ValidatorError
  /** what the branches expect of the value itself */
  readonly expected: readonly (string | undefined)[]
  /** errors about values inside */
  readonly inner: readonly ErrorGroup[]
}

/**
 * Converts the first errors of ajv to issues, without the values that ajv keeps in its errors. The errors of a union's branches
 * precede the error of the union; those about the same value become one issue.
 */
export const issuesOf = (errors: readonly ValidatorError[]): readonly AjvIssue[] => {
  const groups: ErrorGroup[] = []
  for (const error of errors) {
    if (summaries.has(error.keyword)) continue
    if (!branching.has(error.keyword)) {
      groups.push({ error, expected: [expectedBy(error)], inner: [] })
      continue
    }
    let first = groups.length
    while (first > 0 && isBranch((groups[first - 1] as ErrorGroup).error, error)) first--
    groups.push(unionOf(error, groups.splice(first)))
  }
  return firstIssues(groups)
}

const unionOf = (error: ValidatorError, branches: readonly ErrorGroup[]): ErrorGroup => {
  const isHead = (one: ErrorGroup) => one.error.instancePath === error.instancePath && isTypeError(one.error)
  const heads = branches.filter(isHead)
  const inner = branches.flatMap((one) => (isHead(one) ? one.inner : [one]))
  const expected = new Set(heads.flatMap((one) => one.expected))
  if (branches.some((one) => !isHead(one))) expected.add('another form')
  return { error, expected: [...expected], inner }
}

/** Returns the issues in the order of the errors, that of a union before those of its branches. */
const firstIssues = (groups: readonly ErrorGroup[]): readonly AjvIssue[] => {
  const issues: AjvIssue[] = []
  // Not recursive, because unions may be nested as deeply as a message.
  const left = groups.slice(0, maxIssues).reverse()
  for (let next = left.pop(); next !== undefined && issues.length < maxIssues; next = left.pop()) {
    issues.push(issueOf(next))
    left.push(...next.inner.slice(0, maxIssues).reverse())
  }
  return issues
}

const isTypeError = ({ keyword }: ValidatorError): boolean =>
  keyword === 'type' || keyword === 'const' || keyword === 'enum' || branching.has(keyword)

/** Whether an error comes from a branch of a union. A branch may be a reference, so its schema path may start anywhere but beside the union. */
const isBranch = (error: ValidatorError, union: ValidatorError): boolean => {
  const { length } = union.instancePath
  const isInside = error.instancePath.length === length || error.instancePath[length] === '/'
  if (!isInside || !error.instancePath.startsWith(union.instancePath)) return false
  if (error.schemaPath.startsWith(`${union.schemaPath}/`)) return true
  const beside = union.schemaPath.slice(0, -union.keyword.length)
  return !error.schemaPath.startsWith(beside) || /^(?:definitions|\$defs)\//.test(error.schemaPath.slice(beside.length))
}

/** Returns the name of the property that is missing or not allowed. */
const propertyOf = ({ params }: ValidatorError): string | undefined => {
  const name = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return typeof name === 'string' ? name : undefined
}

const issueOf = ({ error, expected }: ErrorGroup): AjvIssue => {
  const path = error.instancePath.split('/').slice(1)
  const property = propertyOf(error)
  const known = expected.filter((one) => one !== undefined)
  const text = known.length > 0 ? known.join(' or ') : undefined
  return {
    message: error.message ?? text ?? error.keyword,
    path: [
      ...path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
      ...(property === undefined ? [] : [property]),
    ],
    expected: text,
  }
}
