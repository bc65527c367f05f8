import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { dryRunOf, rerunMessage, sendMessage } from '../actions/messages.ts'
import { pathSchemas } from '../actions/schemas.ts'
import { type Engine, limits } from '../engine.ts'
import { captureText, maxValueBytes } from '../environment/capture.ts'
import type { EventName } from '../events/hub.ts'
import { invocationSummary } from '../trace/invocations.ts'
import { journeyOf } from '../trace/journey.ts'
import { searchMessages } from '../trace/search.ts'
import { errorBody, guardAccess } from './access.ts'
import { Failure, found } from './failure.ts'
import { findingOf } from './findings.ts'
import { pageResponse } from './page.ts'
import { queueContents, queueStatus } from './queues.ts'
import { routes } from './routes.ts'
import { eventNames, eventStream } from './stream.ts'

/** What the API says about itself. */
export interface AppOptions {
  readonly token: string
  readonly port: () => number
  readonly version: string
}

const maxBodyBytes = 2_000_000
/** The longest message of SQS, if JSON escapes each of its characters, and some more. */
const maxRequestBytes = 10_000_000

/** Makes the HTTP API and the page. */
export const createApp = (engine: Engine, { token, port, version }: AppOptions): OpenAPIHono => {
  const { entries, graph, pipeline, runtime, box, generator, logs, invocations, hub, stats } = engine
  const app = new OpenAPIHono({
    defaultHook: (result, context) => {
      if (result.success) return undefined
      const [issue] = result.error.issues
      const place = issue?.path.join('.') ?? ''
      return context.json(errorBody('bad-request', `${place === '' ? '' : `\`${place}\`: `}${issue?.message}`), 400)
    },
  })
  app.use('*', guardAccess(token, port))
  const tooLarge = `the body of a request must have at most ${maxRequestBytes} bytes`
  app.use(
    '*',
    bodyLimit({
      maxSize: maxRequestBytes,
      onError: (context) => context.json(errorBody('bad-request', tooLarge), 400),
    }),
  )
  app.onError((error, context) => {
    if (error instanceof Failure) return context.json(errorBody(error.code, error.message), error.status)
    // A body that is not JSON, or says that it is something else.
    if ('status' in error && Number(error.status) < 500)
      return context.json(errorBody('bad-request', error.message), 400)
    return context.json(errorBody('internal', error.message), 500)
  })

  const kept = (id: string) => found(entries.get(id), 'such message, or it is not kept any more')
  const letter = async (id: string) => found(await box.find(id), 'such dead letter')

  app.openapi(routes.status, (context) => {
    const restartRequired = engine.restartRequired()
    return context.json(
      {
        version,
        title: engine.title,
        startedAt: engine.startedAt,
        generation: runtime.generation(),
        ...(engine.config === undefined ? {} : { config: engine.config }),
        environment: { ...pipeline.environment },
        lambdas: runtime.status(),
        ...(restartRequired === undefined ? {} : { restartRequired }),
        limits: { ...limits, valueBytes: maxValueBytes },
      },
      200,
    )
  })
  app.openapi(routes.graph, (context) => context.json(graph.graph(), 200))
  app.openapi(routes.stats, (context) => context.json(stats.all(graph.graph(), engine.totals()), 200))

  app.openapi(routes.messages, (context) => context.json(searchMessages(entries, context.req.valid('query')), 200))
  app.openapi(routes.send, async (context) => context.json(await sendMessage(engine, context.req.valid('json')), 200))
  app.openapi(routes.message, (context) =>
    context.json(journeyOf(entries, kept(context.req.valid('param').id), logs.lines()), 200),
  )
  app.openapi(routes.messageBody, (context) =>
    context.json(captureText(kept(context.req.valid('param').id).body, maxBodyBytes), 200),
  )
  app.openapi(routes.rerun, async (context) =>
    context.json(await rerunMessage(engine, context.req.valid('param').id, context.req.valid('json')), 200),
  )
  app.openapi(routes.messageDryRun, async (context) => {
    const entry = kept(context.req.valid('param').id)
    const { body = entry.body } = context.req.valid('json')
    return context.json(await dryRunOf(engine, { ...entry, body }), 200)
  })

  app.openapi(routes.generations, (context) => context.json({ generations: generator.list() }, 200))
  app.openapi(routes.generate, async (context) => {
    const request = context.req.valid('json')
    const path = pathSchemas(graph.system()).find((one) => one.path === request.path && one.queues.includes(request.to))
    if (path === undefined) throw new Failure(404, `\`${request.to}\` feeds no path \`${request.path}\``)
    return context.json(await generator.start(request, path), 200)
  })
  app.openapi(routes.stopGeneration, (context) =>
    context.json(found(generator.stop(context.req.valid('param').id), 'such generation'), 200),
  )
  app.openapi(routes.schemas, (context) => context.json({ paths: pathSchemas(graph.system()) }, 200))

  app.openapi(routes.queues, async (context) => context.json(await queueStatus(engine), 200))
  app.openapi(routes.queueContents, async (context) => {
    const { name } = context.req.valid('param')
    return context.json(await queueContents(engine, name, context.req.valid('query').limit), 200)
  })

  app.openapi(routes.deadLetters, async (context) => context.json(await box.list(context.req.valid('query')), 200))
  app.openapi(routes.redrive, async (context) => {
    const request = context.req.valid('json')
    checkSelection(request)
    if (request.body !== undefined && request.ids?.length !== 1) {
      throw new Failure(400, '`body` requires exactly one id in `ids`')
    }
    return context.json(await box.redrive(request), 200)
  })
  app.openapi(routes.discard, async (context) => {
    const request = context.req.valid('json')
    checkSelection(request)
    return context.json(await box.discard(request), 200)
  })
  app.openapi(routes.deadLetter, async (context) =>
    context.json(box.show(await letter(context.req.valid('param').id)), 200),
  )
  app.openapi(routes.deadLetterDryRun, async (context) => {
    const {
      to,
      lambda,
      problem,
      body: original,
      groupId,
      partitionKey,
      attributes,
    } = await letter(context.req.valid('param').id)
    const { body = original } = context.req.valid('json')
    if (to === undefined) throw new Failure(409, problem ?? 'it is not known which queue it came from')
    const type = Object.hasOwn(graph.system().streams, to) ? 'kinesis' : 'sqs'
    const queue = `${type}:${to}`
    return context.json(await dryRunOf(engine, { queue, lambda, body, groupId, partitionKey, attributes }), 200)
  })
  app.openapi(routes.audit, (context) => context.json({ lines: box.audit() }, 200))

  app.openapi(routes.findings, (context) => {
    const { findings, complete } = graph.system()
    const found = findings.map((finding) => findingOf(finding, graph))
    return context.json({ generation: runtime.generation(), complete, findings: found }, 200)
  })
  app.openapi(routes.invocations, (context) => {
    const { lambda, limit = 100 } = context.req.valid('query')
    const list = invocations.newest().filter((one) => lambda === undefined || one.lambda === lambda)
    return context.json({ invocations: list.slice(0, Math.min(limit, 500)).map(invocationSummary) }, 200)
  })
  app.openapi(routes.invocation, (context) => {
    const { id } = context.req.valid('param')
    const invocation = found(invocations.get(id), 'such invocation, or it is not kept any more')
    const lines = logs.lines().filter(({ requestId }) => requestId === id)
    return context.json({ ...invocation, logs: lines }, 200)
  })
  app.openapi(routes.logs, (context) => {
    const { lambda, text, limit = 200 } = context.req.valid('query')
    const wanted = text?.toLowerCase()
    const lines = logs
      .lines()
      .filter((line) => lambda === undefined || line.lambda === lambda)
      .filter((line) => wanted === undefined || line.text.toLowerCase().includes(wanted))
    return context.json({ lines: lines.slice(-limit) }, 200)
  })

  app.openapi(routes.events, (context) => {
    const { topics, path, lambda } = context.req.valid('query')
    const wanted = topics === undefined ? eventNames.filter((name) => name !== 'logs') : topicsIn(topics)
    const stream = eventStream(hub, { topics: wanted, path, lambda, generation: runtime.generation() })
    return context.body(stream, 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }) as never
  })
  app.openapi(routes.openapi, (context) => context.json(openapiDocument(), 200))

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token in the URL that `lpipe dev` prints',
  })
  const openapiDocument = (): Record<string, unknown> => ({
    ...app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'lpipe dev', version, description: 'The API of a system of Lambdas that runs on this machine' },
      servers: [{ url: `http://127.0.0.1:${port()}` }],
    }),
  })

  app.all('/api/*', (context) => context.json(errorBody('not-found', `there is no ${context.req.path}`), 404))
  app.get('*', pageResponse)
  return app
}

const checkSelection = ({ ids, filter }: { readonly ids?: unknown; readonly filter?: unknown }): void => {
  if ((ids === undefined) === (filter === undefined))
    throw new Failure(400, 'exactly one of `ids` and `filter` is required')
}

const topicsIn = (topics: string): EventName[] => {
  const names = topics.split(',').filter((name) => name !== '')
  const unknown = names.find((name) => !eventNames.includes(name as EventName))
  if (unknown !== undefined)
    throw new Failure(400, `there is no event \`${unknown}\` (known: ${eventNames.join(', ')})`)
  return ['hello', ...(names as EventName[])]
}
