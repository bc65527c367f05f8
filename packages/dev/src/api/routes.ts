import { createRoute, z } from '@hono/zod-openapi'
import type { ZodType } from 'zod'
import * as types from './types.ts'

const json = <T extends ZodType>(schema: T) => ({ content: { 'application/json': { schema } } })

/** What any route may answer. */
const errors = {
  400: { ...json(types.ApiError), description: 'The request is wrong' },
  401: { ...json(types.ApiError), description: 'The token is missing or wrong' },
  403: { ...json(types.ApiError), description: 'The `Host` or the `Origin` is not that of this server' },
  404: { ...json(types.ApiError), description: 'There is no such thing' },
  409: { ...json(types.ApiError), description: 'It cannot be done now' },
}

const answers = <T extends ZodType>(schema: T, description: string) => ({
  200: { ...json(schema), description },
  ...errors,
})

const body = <T extends ZodType>(schema: T) => ({ ...json(schema), required: true })
const security = [{ token: [] }]
const Id = z.object({ id: z.string().min(1) })
const limit = z.coerce.number().int().min(1).max(1000).optional()

/** The routes of the API: the document of OpenAPI is made from them. */
export const routes = {
  status: createRoute({
    method: 'get',
    path: '/api/status',
    summary: 'The server, its Lambdas and their processes',
    security,
    responses: answers(types.Status, 'The status'),
  }),
  graph: createRoute({
    method: 'get',
    path: '/api/graph',
    summary: 'Lambdas, paths, functions, queues and streams, with the edges between them',
    security,
    responses: answers(types.Graph, 'The graph'),
  }),
  stats: createRoute({
    method: 'get',
    path: '/api/stats',
    summary: 'The numbers of all nodes and edges',
    security,
    responses: answers(types.Stats, 'The numbers'),
  }),
  messages: createRoute({
    method: 'get',
    path: '/api/messages',
    summary: 'The messages that match, the newest first',
    security,
    request: { query: types.MessageQuery },
    responses: answers(types.MessagePage, 'A page of messages'),
  }),
  send: createRoute({
    method: 'post',
    path: '/api/messages/send',
    summary: 'Sends a message to a queue or a stream',
    security,
    request: { body: body(types.SendRequest) },
    responses: answers(types.SendResult, 'The ids of the messages'),
  }),
  message: createRoute({
    method: 'get',
    path: '/api/messages/{id}',
    summary: 'The way of a message through all Lambdas',
    security,
    request: { params: Id },
    responses: answers(types.Journey, 'The way'),
  }),
  messageBody: createRoute({
    method: 'get',
    path: '/api/messages/{id}/body',
    summary: 'The whole body of a message, to edit it',
    security,
    request: { params: Id },
    responses: answers(types.Captured, 'The body, at most 2 MB of it'),
  }),
  rerun: createRoute({
    method: 'post',
    path: '/api/messages/{id}/rerun',
    summary: 'Sends a message again, as it was or edited',
    security,
    request: { params: Id, body: body(types.RerunRequest) },
    responses: answers(types.SendResult, 'The id of the new message'),
  }),
  messageDryRun: createRoute({
    method: 'post',
    path: '/api/messages/{id}/dry-run',
    summary: 'Runs the Lambda of a message with its sends captured',
    security,
    request: { params: Id, body: body(types.DryRunRequest) },
    responses: answers(types.DryRunResult, 'What it did'),
  }),
  generations: createRoute({
    method: 'get',
    path: '/api/generate',
    summary: 'The generations of messages, the newest first',
    security,
    responses: answers(types.Generations, 'The generations'),
  }),
  generate: createRoute({
    method: 'post',
    path: '/api/generate',
    summary: 'Sends messages that are generated from the JSON Schema of a path',
    security,
    request: { body: body(types.GenerateRequest) },
    responses: answers(types.Generation, 'The generation, which has begun'),
  }),
  stopGeneration: createRoute({
    method: 'delete',
    path: '/api/generate/{id}',
    summary: 'Ends a generation',
    security,
    request: { params: Id },
    responses: answers(types.Generation, 'The generation'),
  }),
  schemas: createRoute({
    method: 'get',
    path: '/api/schemas',
    summary: 'The paths that messages can be sent to, with their JSON Schemas',
    security,
    responses: answers(types.Schemas, 'The paths'),
  }),
  queues: createRoute({
    method: 'get',
    path: '/api/queues',
    summary: 'The queues and streams',
    security,
    responses: answers(types.Queues, 'The queues and streams'),
  }),
  queueContents: createRoute({
    method: 'get',
    path: '/api/queues/{name}/messages',
    summary: 'What is in an SQS queue, without receiving it',
    security,
    request: { params: z.object({ name: z.string().min(1) }), query: z.object({ limit }) },
    responses: answers(types.QueueContents, 'The messages'),
  }),
  deadLetters: createRoute({
    method: 'get',
    path: '/api/dead-letters',
    summary: 'The dead letters of SQS and of lpipe, in groups and one by one',
    security,
    request: { query: types.DeadLetterQuery },
    responses: answers(types.DeadLetters, 'The dead letters'),
  }),
  redrive: createRoute({
    method: 'post',
    path: '/api/dead-letters/redrive',
    summary: 'Sends dead letters to where they came from, and removes them',
    security,
    request: { body: body(types.RedriveRequest) },
    responses: answers(types.DeadLetterResult, 'Those that were sent, and those that stay'),
  }),
  discard: createRoute({
    method: 'post',
    path: '/api/dead-letters/discard',
    summary: 'Removes dead letters for good',
    security,
    request: { body: body(types.DiscardRequest) },
    responses: answers(types.DeadLetterResult, 'Those that were removed, and those that stay'),
  }),
  deadLetter: createRoute({
    method: 'get',
    path: '/api/dead-letters/{id}',
    summary: 'A dead letter with its body and its error',
    security,
    request: { params: Id },
    responses: answers(types.DeadLetter, 'The dead letter'),
  }),
  deadLetterDryRun: createRoute({
    method: 'post',
    path: '/api/dead-letters/{id}/dry-run',
    summary: 'Runs the Lambda of a dead letter, with the code as it is now and its sends captured',
    security,
    request: { params: Id, body: body(types.DryRunRequest) },
    responses: answers(types.DryRunResult, 'What it did'),
  }),
  audit: createRoute({
    method: 'get',
    path: '/api/audit',
    summary: 'What was done with dead letters, the newest first',
    security,
    responses: answers(types.Audit, 'The lines'),
  }),
  findings: createRoute({
    method: 'get',
    path: '/api/findings',
    summary: 'The findings of `lpipe check`, errors first',
    security,
    responses: answers(types.Findings, 'The findings'),
  }),
  invocations: createRoute({
    method: 'get',
    path: '/api/invocations',
    summary: 'The invocations, the newest first',
    security,
    request: { query: z.object({ lambda: z.string().optional(), limit }) },
    responses: answers(types.Invocations, 'The invocations'),
  }),
  invocation: createRoute({
    method: 'get',
    path: '/api/invocations/{id}',
    summary: 'An invocation with its event, its response and what it printed',
    security,
    request: { params: Id },
    responses: answers(types.Invocation, 'The invocation'),
  }),
  logs: createRoute({
    method: 'get',
    path: '/api/logs',
    summary: 'What Lambdas printed, the newest last',
    security,
    request: { query: z.object({ lambda: z.string().optional(), text: z.string().optional(), limit }) },
    responses: answers(types.Logs, 'The lines'),
  }),
  events: createRoute({
    method: 'get',
    path: '/api/events',
    summary: 'Server-sent events: `event` is a name, `data` its JSON',
    description:
      'Events: hello, stats, flow, messages, invocations, logs, reload, generate, dead-letters. The schemas are StatsEvent, FlowEvent and so on.',
    security,
    request: {
      query: z.object({
        topics: z.string().optional().describe('names of events, separated by commas. Default: all without `logs`'),
        path: z.string().optional(),
        lambda: z.string().optional(),
      }),
    },
    responses: {
      200: { content: { 'text/event-stream': { schema: z.string() } }, description: 'The events' },
      ...errors,
    },
  }),
  openapi: createRoute({
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This document',
    security,
    responses: answers(z.record(z.string(), z.unknown()), 'The document'),
  }),
} as const
