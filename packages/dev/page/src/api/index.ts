import type {
  Audit,
  Captured,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterResult,
  DeadLetters,
  DiscardRequest,
  DryRunRequest,
  DryRunResult,
  Findings,
  GenerateRequest,
  Generation,
  Generations,
  Graph,
  Journey,
  MessagePage,
  MessageQuery,
  Queues,
  RedriveRequest,
  RerunRequest,
  Schemas,
  SendRequest,
  SendResult,
  Stats,
  Status,
} from '../../../src/api/types.ts'
import { get, post, query, send } from './request.ts'

const id = encodeURIComponent

/** The requests of the page, one for each operation of the HTTP API that it uses. */
export const api = {
  status: () => get<Status>('/api/status'),
  graph: () => get<Graph>('/api/graph'),
  stats: () => get<Stats>('/api/stats'),
  schemas: () => get<Schemas>('/api/schemas'),
  queues: () => get<Queues>('/api/queues'),
  findings: () => get<Findings>('/api/findings'),

  messages: (filter: MessageQuery, signal?: AbortSignal) => get<MessagePage>(`/api/messages${query(filter)}`, signal),
  message: (messageId: string, signal?: AbortSignal) => get<Journey>(`/api/messages/${id(messageId)}`, signal),
  /** The whole body: a message has only the beginning of a long one. */
  messageBody: (messageId: string, signal?: AbortSignal) =>
    get<Captured>(`/api/messages/${id(messageId)}/body`, signal),
  send: (request: SendRequest) => post<SendResult>('/api/messages/send', request),
  rerun: (messageId: string, request: RerunRequest) =>
    post<SendResult>(`/api/messages/${id(messageId)}/rerun`, request),
  dryRunMessage: (messageId: string, request: DryRunRequest) =>
    post<DryRunResult>(`/api/messages/${id(messageId)}/dry-run`, request),

  generate: (request: GenerateRequest) => post<Generation>('/api/generate', request),
  generations: () => get<Generations>('/api/generate'),
  stopGeneration: async (generationId: string): Promise<void> => {
    await send(`/api/generate/${id(generationId)}`, { method: 'DELETE' })
  },

  deadLetters: (filter: DeadLetterFilter, signal?: AbortSignal) =>
    get<DeadLetters>(`/api/dead-letters${query(filter)}`, signal),
  deadLetter: (letterId: string, signal?: AbortSignal) => get<DeadLetter>(`/api/dead-letters/${id(letterId)}`, signal),
  dryRunDeadLetter: (letterId: string, request: DryRunRequest) =>
    post<DryRunResult>(`/api/dead-letters/${id(letterId)}/dry-run`, request),
  redrive: (request: RedriveRequest) => post<DeadLetterResult>('/api/dead-letters/redrive', request),
  discard: (request: DiscardRequest) => post<DeadLetterResult>('/api/dead-letters/discard', request),
  audit: () => get<Audit>('/api/audit'),
}
