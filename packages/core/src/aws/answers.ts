import type { SendFailure } from '../adapters/sender.ts'

/** The answer of SQS or SNS to a batch. */
interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
  readonly Failed?:
    | readonly {
        readonly Id?: string | undefined
        readonly Code?: string | undefined
        readonly SenderFault?: boolean | undefined
      }[]
    | undefined
}

/** Returns what a service says of each entry, whose `Id` is its position. One that it does not mention was not accepted. */
export const answersById = (
  service: string,
  count: number,
  { Successful = [], Failed = [] }: BatchAnswer,
): (SendFailure | undefined)[] => {
  // mutant: entry-not-mentioned
  const answers: (SendFailure | undefined)[] = Array.from({ length: count }, () => notMentioned(service, 'entry'))
  for (const { Id } of Successful) answers[positionOf(Id)] = undefined
  for (const { Id, Code = 'Unknown', SenderFault = false } of Failed) {
    // Its `Message` may quote the entry.
    answers[positionOf(Id)] = { code: Code, reason: `${service} refused the entry`, senderFault: SenderFault }
  }
  return answers.slice(0, count)
}

/** An id that the call did not have counts for no entry. */
const positionOf = (id: string | undefined): number => (String(Number(id)) === id ? Number(id) : -1)

/** The failure of an entry that the answer of a service does not mention. */
export const notMentioned = (service: string, what: string): SendFailure => ({
  code: 'NoAnswer',
  reason: `${service} did not mention the ${what}`,
  senderFault: false,
})
