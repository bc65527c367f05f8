import type { Mutant } from './mutant.ts'

/** Defects of queues that are told apart. */
export const targetsMutants: readonly Mutant[] = [
  {
    name: 'sends the entries of two queues of one name to the first one',
    marker: 'one-queue-per-call',
    replace: '',
    invariants: ['arrived', 'order', 'once', 'limits', 'tries'],
    isQuick: true,
  },
  {
    name: 'takes a FIFO queue by its name and by its URL for two',
    marker: 'identity-of-fifo-queue',
    replace: 'identityOf: (queue) => queue.url ?? nameOf(queue)',
    invariants: ['order', 'limits'],
  },
  {
    name: 'takes another message group than the source message has',
    marker: 'group-of-source-message',
    replace: 'const received = undefined',
    invariants: ['order'],
  },
  {
    name: 'protects a queue with a sender for each of its names',
    marker: 'one-guarded-sender',
    replace: 'const made = guardedSender(sender, circuit, isFailure)',
    invariants: ['order', 'limits', 'tries'],
  },
  {
    name: 'sends to two accounts with the sender of one',
    marker: 'targets-of-sender',
    replace: 'const ofSender = [...this.#bySender.values()][0] ?? getOrCreate(this.#bySender, sender, () => new Map())',
    invariants: ['no failure without a cause', 'tries', 'nothing for a failed message'],
  },
  {
    name: 'remembers a question for a URL that is not answered',
    marker: 'unanswered-request',
    replace:
      "const asked = urls.get('?' + name) ?? client.send(new GetQueueUrlCommand({ QueueName: name })); urls.set('?' + name, asked); const { QueueUrl } = await asked",
    invariants: ['no failure without a cause', 'tries', 'crash'],
  },
]
