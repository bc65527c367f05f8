import { check, type Description, pictureOf, toAsyncApi, toHtml, toMermaid, toSvg } from '@lpipe/system'

/** The formats of `lpipe graph`. */
export const formats: Readonly<Record<string, (description: Description, title: string) => string>> = {
  mermaid: (description) => `${toMermaid(description)}\n`,
  svg: (description) => `${toSvg(description)}\n`,
  html: toHtml,
  asyncapi: (description, title) => jsonText(toAsyncApi(description, { title })),
  json: (description) => jsonText({ ...description, picture: pictureOf(description), findings: check(description) }),
}

/** Returns JSON that people can read. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
