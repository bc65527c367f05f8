/**
 * A stand-in for the native half of AWS's runtime interface client: `rapid-client.node`, a wrapper around curl that is
 * compiled when it is installed, with cmake and a C++ compiler, which not every machine has. The rest of the client is
 * AWS's own JavaScript from npm: it loads the handler, makes the context, calls the handler, and serializes responses and
 * errors.
 *
 * Preload it with `--import`. The addon posts before it returns; this module waits for the post before it asks for the next
 * invocation, which is the same for the runtime API.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/native/rapid-client.cc
 */
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
})

const url = (path: string): string =>
  `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/${path}`

let posted: Promise<unknown> = Promise.resolve()

const post = (path: string, body: string, headers: Readonly<Record<string, string>>): void => {
  posted = fetch(url(path), { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
}

/** Waits for the next invocation. */
export const next = async (): Promise<{ readonly bodyJson: string; readonly headers: object }> => {
  await posted
  const response = await fetch(url('next'))
  return { bodyJson: await response.text(), headers: Object.fromEntries(response.headers) }
}

/** Responds to an invocation. */
export const done = (id: string, body: string): void => post(`${id}/response`, body, {})

/** Ends an invocation with an error. */
export const error = (id: string, body: string, xray: string): void =>
  post(`${id}/error`, body, {
    'lambda-runtime-function-error-type': JSON.parse(body).errorType,
    'lambda-runtime-function-xray-error-cause': xray,
  })
