/** An event of a stream of server-sent events. */
export interface StreamEvent {
  readonly event: string
  readonly data: string
}

/**
 * Reads server-sent events from pieces of text, as they arrive.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventStreamParser {
  #rest = ''

  /** Returns the events that are complete with this piece. */
  read(piece: string): StreamEvent[] {
    const blocks = (this.#rest + piece).split(/\r?\n\r?\n/)
    this.#rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const fields = block.split(/\r?\n/).map((line) => /^(\w+):\s?(.*)$/.exec(line))
      const valuesOf = (name: string): string[] =>
        fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
      const data = valuesOf('data')
      return data.length === 0 ? [] : [{ event: valuesOf('event').at(-1) ?? 'message', data: data.join('\n') }]
    })
  }
}
