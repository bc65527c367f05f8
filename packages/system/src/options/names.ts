/** Returns whether a queue of this name is a FIFO queue. */
export const isFifo = (name: string): boolean => name.endsWith('.fifo')
