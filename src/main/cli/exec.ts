/** `exec`: runs the project on this computer as the platform would, with its log on stdout, until Ctrl-C. */
import { resolve } from 'node:path'
import { unlessAborted } from '#core/async/queue.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { stageText } from '#shared/stage.ts'
import { defineCommand } from './command.ts'
import type { Context } from './context.ts'
import { parseEnvFile } from './env-file.ts'
import { removeInstance, showWhere, withoutLastLines } from './exec-end.ts'
import { followJob } from './jobs.ts'
import { writeLog } from './log.ts'
import { OutputClosed } from './output.ts'
import { parsePair, parsePort, readTextFile } from './values.ts'

const DEFAULT_PORT = 55_555

interface Options {
  readonly port?: number
  readonly engine?: EngineKind
  readonly env?: readonly (readonly [string, string])[]
  readonly envFile?: readonly string[]
  readonly watch?: true
}

export const exec = defineCommand<Options>({
  summary: 'Run a project on this computer as the platform would, until Ctrl-C',
  description:
    'Bundle a project (the folder you are in where none is named) into a temporary .qz, run it on this computer as ' +
    'the platform would, and print its log. Ctrl-C stops it and removes all of it.\n\n' +
    'Then navigate to http://localhost:55555/<your main route>.',
  arguments: [{ name: 'folder', summary: 'folder of the project', optional: true, completion: 'folder' }],
  options: [
    {
      flags: '--port <port>',
      summary: `port to serve on (${DEFAULT_PORT}); another where it is taken`,
      parse: parsePort
    },
    {
      flags: '--engine <engine>',
      summary: 'what runs it, instead of the setting',
      choices: ['docker', 'process']
    },
    {
      flags: '--env <name=value>',
      summary: 'variable of the environment; stands in for a secret of [[Env]]',
      parse: parsePair,
      repeated: true
    },
    { flags: '--env-file <file>', summary: 'file of NAME=VALUE lines', repeated: true, completion: 'file' },
    { flags: '--watch', summary: 'run it again whenever a file that goes into the bundle changes' }
  ],
  examples: [
    { line: 'q8s-cli exec', does: 'Run the project in this folder' },
    { line: 'q8s-cli exec --env-file .env --port 8080', does: 'With variables of a file, on another port' },
    { line: 'q8s-cli exec --watch', does: 'Run it again after each change' }
  ],
  async run(context, [folder = '.'], { port = DEFAULT_PORT, engine, env = [], envFile = [], watch }) {
    const fromFiles = await Promise.all(
      envFile.map(async file => parseEnvFile(await readTextFile(context.cwd, file), file))
    )
    const client = await context.client()
    const variables = Object.assign({}, ...fromFiles, Object.fromEntries(env))
    const path = resolve(context.cwd, folder)
    const request = { path, env: variables, port, attached: true, ...(engine ? { engine } : {}) }
    if (watch) {
      const { runWatching } = await import('./exec-watch.ts')
      await runWatching(context, client, request)
      return undefined
    }
    const { jobId } = await client.projects.run(request, context)
    await runUntilEnd(context, client, jobId)
    return undefined
  }
})

/** Follows job and log together. However they end, the instance is stopped and removed. */
async function runUntilEnd(context: Context, client: Client, jobId: string): Promise<void> {
  const ending = new AbortController()
  const signal = AbortSignal.any([context.signal, ending.signal])
  let instanceId: string | undefined
  let logging: Promise<void> = Promise.resolve()
  let outputClosed: OutputClosed | undefined

  function begin(id: string) {
    if (instanceId !== undefined) return
    instanceId = id
    context.output.endProgress()
    // Ctrl-C stops the app, which may still write lines: the log ends after the app.
    logging = writeLog(context, client, id, { follow: true, timestamps: false }, ending.signal)
    // If the reader is gone, end the run at once, not at its next state.
    logging.catch(error => {
      if (error instanceof OutputClosed) outputClosed = error
      ending.abort()
    })
  }

  function onChange(job: Job) {
    if (job.result?.instanceId !== undefined) begin(job.result.instanceId)
    else context.output.progress(stageText(job.stage), job.percent)
  }

  try {
    const result = await followJob(context, client, jobId, { onChange, signal })
    if (result.instanceId === undefined) throw new AppError('INTERNAL', 'The run ended without an instance.')
    begin(result.instanceId)
    await showWhere(context, client, result.instanceId)
    await unlessAborted(logging, context.signal).catch(error => {
      if (!context.signal.aborted) throw error
    })
    if (!context.signal.aborted) await failWithReason(client, result.instanceId)
  } catch (error) {
    // If stdout is closed, that caused every error after it.
    throw outputClosed ?? withoutLastLines(error)
  } finally {
    if (instanceId !== undefined) await removeInstance(context, client, instanceId, logging)
    ending.abort()
  }
}

/** Handles an app that ended without Ctrl-C: stopped is fine, failed is an error with its reason. */
async function failWithReason(client: Client, id: string): Promise<void> {
  const { state, reason, app } = await client.platform.instances.get({ id })
  if (state !== 'failed') return
  throw new AppError(
    'UNAVAILABLE',
    `${app.title} ended: ${reason?.message ?? 'no reason was recorded.'}`,
    reason?.hint,
    { data: { reason } }
  )
}
