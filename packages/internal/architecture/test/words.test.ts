import { describe, expect, test } from '@jest/globals'
import { filesIn } from '../src/sources.ts'

/**
 * Words that only this project gave a meaning, with the standard term. `take`, `seen` and others that are plain English too
 * are not in the list.
 */
const privateWords: readonly (readonly [word: RegExp, term: string])[] = [
  [/\b(?:Post|openPost|makeOutbox)\b/, 'Outbox, openOutbox, createDispatcher'],
  [/\bLetter\b/, 'EntryInput, DeadLetterMessage'],
  [/\bParcel\b/, 'PendingEntry'],
  [/\b(?:flying|resting|pump|putBack)\b/, 'inFlight, backingOff, flush, requeue'],
  [/\b(?:releaseRecords?|(?:outbox|chain)\.release)\b/, 'commitRecord, outbox.commit'],
  [/\b(?:[Rr]efusals?|refusalOf|isRefused|makeRefusal)\b/, 'SendFailure, validationError, hasIssues'],
  [/\b(?:Wish|wish|wishes|wishOf)\b/, 'ExpectedIssue, expectedOf'],
  [/\b(?:Trail|trailOf|textOfTrail|trailName)\b/, 'Hops, readHops, formatHops, hopsHeader'],
  [/\b(?:[Ll]anes?|laneOf|behindFailure)\b/, 'ordering group, blockedByFailure'],
  [/\b(?:NotTried|isNotTried|notTried)\b/, 'SkippedError, isSkipped'],
  [/\bkeepGoing\b/, 'continueAfterFailure'],
  [/\b(?:[Vv]erdicts?|verdictOf)\b/, 'disposition, dispositionOf'],
  [/\b(?:[Tt]ally|[Tt]allies)\b/, 'sendCounters, stats'],
  [/\b(?:endings|endBatch|endsWithResponse)\b/, 'waitUntil, drainBackgroundWork'],
  [/\b(?:WithParams|MakeParams)\b/, 'parse'],
  [/\b(?:adopt|adopts|adopted)\b/, 'recordHandlerResults'],
  [/\b(?:answeringMillis|closingMillis)\b/, 'responseMargin, flushMargin'],
  [/\b(?:[Tt]ells?|[Tt]old|telling)\b(?! apart)/, 'log, report, emit'],
  [/\binWords\b/, 'describeError'],
  [/\b(?:kindOf|textOrNone|ownOf)\b/, 'typeName, nonEmptyString, getOwn'],
  [/\b(?:Through|throughOf)\b(?! )/, 'PropertyFilter, declaredProperties'],
  [/\b(?:Walker|[Ww]alks?|walked|[Gg]oals?)\b/, 'RunContext, runMessage, next'],
  [/\btwins\b/, 'duplicates'],
  [/\b(?:Surroundings|surroundings|tellAgain)\b/, 'MessageScopes, allowRecapture'],
  [/\b(?:Sequel|Ending|astray)\b/, 'RetryPlan, InvocationResult, overriddenVariables'],
  [/\b(?:SenderTrial|Demand|Demands)\b/, 'SenderContractContext, ContractCase'],
  [/\b(?:house|rooms?)\b/, 'architecture, folder'],
  [/\b(?:of ours|of anybody|[Nn]obody|[Ww]hoever|[Ss]hall|its kin)\b/, 'a plain sentence'],
  [
    /\bso many\b|\bthat (?:is|are) none\b|(?<![Tt]here )\b(?:is|are|was|were) no (?!longer|more)\w/,
    'this number of, is not a',
  ],
]

const files = filesIn(
  '**/*.{ts,tsx}',
  '../examples/*/{src,test,bench}/**/*.ts',
  '{..,../docs,../examples/*}/*.md',
  '{,internal/}*/README.md',
).filter(({ path }) => path !== 'internal/architecture/test/words.test.ts')

describe('private words', () => {
  test.each(privateWords)('%s: write %s', (word) => {
    const places = files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (word.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
    expect(places).toEqual([])
  })

  test('files are read', () => {
    expect(files.filter(({ path }) => path.endsWith('.ts')).length).toBeGreaterThan(800)
    expect(files.filter(({ path }) => path.endsWith('.md')).length).toBeGreaterThan(50)
  })
})
