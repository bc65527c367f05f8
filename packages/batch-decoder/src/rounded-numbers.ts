import type { Batch, Message } from '@lpipe/core'
import { log, messageIdOf, quantity } from '@lpipe/core/middleware'

/**
 * Returns what counts the messages whose bodies hold a number that JavaScript has rounded. Their number is logged once, when
 * the batch ends: a producer that writes such numbers may write one into each message.
 */
export const roundedNumbersOf = (batch: Batch): ((message: Message) => void) => {
  let messages = 0
  return (message) => {
    messages += 1
    if (messages > 1) return
    const first = { messageId: messageIdOf(message), eventSource: message.eventSource }
    const finish = () => {
      const text = `numbers with more digits than JavaScript keeps were rounded in ${quantity(messages, 'message')}`
      log(batch, 'warn', `${text}. Send them as strings`, { messages, ...first })
    }
    batch.use({ finish })
  }
}
