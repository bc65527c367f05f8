import { system } from '@lpipe/system'

export default system({ queues: { 'orders.fifo': { deadLetter: { queue: 'dead', maxReceiveCount: 5 } }, dead: {} } })
