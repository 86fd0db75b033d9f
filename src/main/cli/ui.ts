/** `ui`: opens the app's window in a browser of this computer. */
import { defineCommand } from './command.ts'
import { parsePort } from './values.ts'

export const ui = defineCommand<{ port?: number; open: boolean; sample?: true }>({
  summary: 'Open the window of q8s in a browser of this computer',
  description:
    'Serve the window of q8s to a browser of this computer until Ctrl-C, and open it. The printed address signs in ' +
    'one browser and works once. Open it yourself when the browser shows no window, or over SSH after you have ' +
    'forwarded the port.',
  arguments: [],
  options: [
    { flags: '--port <port>', summary: 'port to serve on; any free one where not given', parse: parsePort },
    { flags: '--no-open', summary: 'only print the address' },
    { flags: '--sample', summary: 'open a copy of the sample app in it' }
  ],
  examples: [
    { line: 'q8s-cli ui', does: 'Open the window in the default browser' },
    { line: 'q8s-cli ui --port 8765 --no-open', does: 'For `ssh -L 8765:127.0.0.1:8765`' }
  ],
  async run(context, _given, { port, open, sample }) {
    const { serveBrowserHost } = await import('#hosts/browser/serve.ts')
    const { url, closed } = await serveBrowserHost({ port, open, sample, signal: context.signal })
    await context.output.write(context.format === 'json' ? `${JSON.stringify({ url })}\n` : `${url}\n`)
    // Browsers in a sandbox (Snap, Flatpak) cannot read the file they are started with.
    if (open) context.output.note('If no window opens, open this address yourself.')
    context.output.note('Ctrl-C ends it; running instances go on.')
    await closed
    return undefined
  }
})
