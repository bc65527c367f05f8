import type { Issue } from '../language/errors.ts'
import { expectedBy } from './ajv-expected.ts'
import type { ValidatorError } from './ajv-validator.ts'

/** An issue that says what was expected, like those of zod, valibot and arktype. */
interface AjvIssue extends Issue {
  readonly path: readonly string[]
  readonly expected: string | undefined
}

const branching = new Set(['anyOf', 'oneOf'])

/**
 * Converts the errors of ajv to issues, without the values that ajv keeps in its errors. The errors of a union's branches precede the
 * error of the union; those about the same value become one issue.
 */
export const issuesOf = (errors: readonly ValidatorError[]): readonly AjvIssue[] => {
  const issues: AjvIssue[] = []
  const from: ValidatorError[] = []
  for (const error of errors) {
    if (error.keyword === 'if') continue // the errors of its `then` or `else` precede it
    if (!branching.has(error.keyword)) {
      issues.push(issueOf(error))
      from.push(error)
      continue
    }
    let first = issues.length
    while (first > 0 && isBranch(from[first - 1] as ValidatorError, error)) first--
    const found = issues.splice(first)
    const heads = from.splice(first).map((one) => one.instancePath === error.instancePath && isTypeError(one))
    const expected = new Set(found.filter((_, index) => heads[index]).map(({ expected }) => expected))
    const further = found.filter((_, index) => !heads[index])
    if (further.length > 0) expected.add('another form')
    issues.push({ ...issueOf(error), expected: expected.size > 0 ? [...expected].join(' or ') : undefined }, ...further)
    from.push(error, ...further.map(() => error))
  }
  return issues
}

const isTypeError = ({ keyword }: ValidatorError): boolean =>
  keyword === 'type' || keyword === 'const' || keyword === 'enum' || branching.has(keyword)

/** Whether an error comes from a branch of a union. A branch may be a reference, so its schema path may start anywhere but beside the union. */
const isBranch = (error: ValidatorError, union: ValidatorError): boolean => {
  if (error.instancePath !== union.instancePath && !error.instancePath.startsWith(`${union.instancePath}/`))
    return false
  if (error.schemaPath.startsWith(`${union.schemaPath}/`)) return true
  const beside = union.schemaPath.slice(0, -union.keyword.length)
  return !error.schemaPath.startsWith(beside) || /^(?:definitions|\$defs)\//.test(error.schemaPath.slice(beside.length))
}

/** Returns the name of the property that is missing or not allowed. */
const propertyOf = ({ params }: ValidatorError): string | undefined => {
  const name = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return typeof name === 'string' ? name : undefined
}

const issueOf = (error: ValidatorError): AjvIssue => {
  const path = error.instancePath.split('/').slice(1)
  const property = propertyOf(error)
  const expected = expectedBy(error)
  return {
    message: error.message ?? expected ?? error.keyword,
    path: [
      ...path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
      ...(property === undefined ? [] : [property]),
    ],
    expected,
  }
}
