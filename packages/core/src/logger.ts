/** What lpipe logs to: console, pino behind a line of glue, or the Logger of Powertools for AWS Lambda. */
export interface Logger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}
