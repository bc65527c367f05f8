import type { Mutant } from './mutant.ts'

/** Defects of queues that are told apart. */
export const targetsMutants: readonly Mutant[] = [
  {
    name: 'sends the entries of two queues of one name to the first one',
    file: 'core/src/outbox/delivery/target.ts',
    find: 'taken[0] !== undefined && addressOf(taken[0].queue) !== addressOf(entry.queue)',
    replace: 'taken[0] === null',
    invariants: ['arrived', 'order', 'once', 'limits', 'tries'],
    isQuick: true,
  },
  {
    name: 'takes a FIFO queue by its name and by its URL for two',
    file: 'queue-sqs/src/index.ts',
    find: '(isFifo(queue) ? nameOf(queue) : (queue.url ?? nameOf(queue)))',
    replace: '(queue.url ?? nameOf(queue))',
    invariants: ['order', 'limits'],
  },
  {
    name: 'takes another message group than the source message has',
    file: 'core/src/aws/message-groups.ts',
    find: "optionText(entry, 'groupId') ?? received ?? (fifoName",
    replace: "optionText(entry, 'groupId') ?? (fifoName",
    invariants: ['order'],
  },

  {
    name: 'protects a queue with a sender for each of its names',
    file: 'circuit-breaker/src/protect-queue.ts',
    find: 'guarded.get(sender) ?? guardedSender',
    replace: 'guardedSender',
    invariants: ['order', 'limits', 'tries'],
  },
  {
    name: 'sends to two accounts with the sender of one',
    file: 'core/src/outbox/delivery/targets.ts',
    find: 'const ofSender = getOrCreate(this.#bySender, sender,',
    replace: 'const ofSender = [...this.#bySender.values()][0] ?? getOrCreate(this.#bySender, sender,',
    invariants: ['no failure without a cause', 'tries', 'nothing for a failed message'],
  },
  {
    name: 'remembers a question for a URL that is not answered',
    file: 'queue-sqs/src/index.ts',
    find: 'const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: signal })',
    replace:
      "const asked = urls as never as Map<string, Promise<{ QueueUrl?: string }>>; const question = asked.get('?' + name) ?? client.send(new GetQueueUrlCommand({ QueueName: name })); asked.set('?' + name, question); void signal; const { QueueUrl } = await question",
    invariants: ['no failure without a cause', 'tries', 'crash'],
  },
]
