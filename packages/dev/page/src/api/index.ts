import type * as Api from '../../../src/api/types.ts'
import { get, post, query, send } from './request.ts'

const id = encodeURIComponent

/** The requests of the page, one for each operation of the HTTP API that it uses. */
export const api = {
  status: () => get<Api.Status>('/api/status'),
  graph: () => get<Api.Graph>('/api/graph'),
  stats: () => get<Api.Stats>('/api/stats'),
  schemas: () => get<Api.Schemas>('/api/schemas'),
  queues: () => get<Api.Queues>('/api/queues'),
  findings: () => get<Api.Findings>('/api/findings'),

  messages: (filter: Api.MessageQuery, signal?: AbortSignal) =>
    get<Api.MessagePage>(`/api/messages${query(filter)}`, signal),
  message: (messageId: string, signal?: AbortSignal) => get<Api.Journey>(`/api/messages/${id(messageId)}`, signal),
  /** The whole body: a message has only the beginning of a long one. */
  messageBody: (messageId: string, signal?: AbortSignal) =>
    get<Api.Captured>(`/api/messages/${id(messageId)}/body`, signal),
  send: (request: Api.SendRequest) => post<Api.SendResult>('/api/messages/send', request),
  rerun: (messageId: string, request: Api.RerunRequest) =>
    post<Api.SendResult>(`/api/messages/${id(messageId)}/rerun`, request),
  dryRunMessage: (messageId: string, request: Api.DryRunRequest) =>
    post<Api.DryRunResult>(`/api/messages/${id(messageId)}/dry-run`, request),

  generate: (request: Api.GenerateRequest) => post<Api.Generation>('/api/generate', request),
  generations: () => get<Api.Generations>('/api/generate'),
  stopGeneration: async (generationId: string): Promise<void> => {
    await send(`/api/generate/${id(generationId)}`, { method: 'DELETE' })
  },

  deadLetters: (filter: Api.DeadLetterFilter, signal?: AbortSignal) =>
    get<Api.DeadLetters>(`/api/dead-letters${query(filter)}`, signal),
  deadLetter: (letterId: string, signal?: AbortSignal) =>
    get<Api.DeadLetter>(`/api/dead-letters/${id(letterId)}`, signal),
  dryRunDeadLetter: (letterId: string, request: Api.DryRunRequest) =>
    post<Api.DryRunResult>(`/api/dead-letters/${id(letterId)}/dry-run`, request),
  redrive: (request: Api.RedriveRequest) => post<Api.DeadLetterResult>('/api/dead-letters/redrive', request),
  discard: (request: Api.DiscardRequest) => post<Api.DeadLetterResult>('/api/dead-letters/discard', request),
  audit: () => get<Api.Audit>('/api/audit'),
}
