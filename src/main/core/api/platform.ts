/** The platform's nouns: each call goes to the connection's platform as it is. */
import type { Platform } from '#shared/platform.ts'
import { type Connection, os } from './context.ts'

const { platform } = os

interface Call<Input> {
  readonly context: Connection
  readonly input: Input
  readonly signal?: AbortSignal | undefined
}

/** A handler that passes the request on to one method of the connection's platform. */
function to<Input, Output>(
  method: (platform: Platform) => (input: Input, options: { signal?: AbortSignal }) => Promise<Output>
) {
  return async ({ context, input, signal }: Call<Input>): Promise<Output> =>
    method(await context.platform())(input, signal ? { signal } : {})
}

export const platformRouter = platform.router({
  info: platform.info.handler(to(it => (_input: unknown, options) => it.info(undefined, options))),
  uploads: {
    status: platform.uploads.status.handler(to(it => it.uploads.status)),
    append: platform.uploads.append.handler(to(it => it.uploads.append)),
    discard: platform.uploads.discard.handler(to(it => it.uploads.discard))
  },
  apps: {
    list: platform.apps.list.handler(to(it => it.apps.list)),
    watch: platform.apps.watch.handler(to(it => it.apps.watch)),
    get: platform.apps.get.handler(to(it => it.apps.get)),
    contents: platform.apps.contents.handler(to(it => it.apps.contents)),
    text: platform.apps.text.handler(to(it => it.apps.text)),
    import: platform.apps.import.handler(to(it => it.apps.import)),
    icon: platform.apps.icon.handler(to(it => it.apps.icon)),
    update: platform.apps.update.handler(to(it => it.apps.update)),
    remove: platform.apps.remove.handler(to(it => it.apps.remove))
  },
  instances: {
    list: platform.instances.list.handler(to(it => it.instances.list)),
    get: platform.instances.get.handler(to(it => it.instances.get)),
    run: platform.instances.run.handler(to(it => it.instances.run)),
    update: platform.instances.update.handler(to(it => it.instances.update)),
    stop: platform.instances.stop.handler(to(it => it.instances.stop)),
    start: platform.instances.start.handler(to(it => it.instances.start)),
    remove: platform.instances.remove.handler(to(it => it.instances.remove)),
    restart: platform.instances.restart.handler(to(it => it.instances.restart)),
    events: platform.instances.events.handler(to(it => it.instances.events)),
    metrics: platform.instances.metrics.handler(to(it => it.instances.metrics)),
    env: platform.instances.env.handler(to(it => it.instances.env)),
    facts: platform.instances.facts.handler(to(it => it.instances.facts)),
    usage: platform.instances.usage.handler(to(it => it.instances.usage)),
    readLog: platform.instances.readLog.handler(to(it => it.instances.readLog)),
    findLog: platform.instances.findLog.handler(to(it => it.instances.findLog)),
    watch: platform.instances.watch.handler(to(it => it.instances.watch))
  },
  files: {
    list: platform.files.list.handler(to(it => it.files.list)),
    text: platform.files.text.handler(to(it => it.files.text)),
    open: platform.files.open.handler(to(it => it.files.open)),
    read: platform.files.read.handler(to(it => it.files.read)),
    close: platform.files.close.handler(to(it => it.files.close))
  },
  shells: {
    open: platform.shells.open.handler(to(it => it.shells.open)),
    read: platform.shells.read.handler(to(it => it.shells.read)),
    write: platform.shells.write.handler(to(it => it.shells.write)),
    resize: platform.shells.resize.handler(to(it => it.shells.resize)),
    close: platform.shells.close.handler(to(it => it.shells.close))
  },
  secrets: {
    list: platform.secrets.list.handler(
      to(it => (_input: unknown, options) => it.secrets.list(undefined, options))
    ),
    set: platform.secrets.set.handler(to(it => it.secrets.set)),
    remove: platform.secrets.remove.handler(to(it => it.secrets.remove))
  }
})
