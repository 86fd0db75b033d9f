/** A socket in front of the Docker engine's that can be cut at a chosen request, and can go away and come back. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface SocketProxy {
  readonly path: string
  /**
   * The engine still gets the first request whose first line matches, but its answer is dropped: from then on all
   * connections are cut.
   */
  cutAfter(request: RegExp): void
  /** Lets everything pass again. */
  mend(): void
  /** Acts as a stopped engine: open connections break, and there is no socket. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function cuttableProxy(path: string, target: string): Promise<SocketProxy> {
  const sockets = new Set<Socket>()
  let trigger: RegExp | undefined
  let cut = false

  const server = createServer(client => {
    if (cut) return void client.destroy()
    const engine = connect(target)
    for (const socket of [client, engine]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        engine.end()
      })
    }
    let answered = true
    client.on('data', data => {
      if (cut) return
      if (trigger?.test(data.toString('latin1'))) answered = false
      engine.write(data)
    })
    engine.on('data', data => {
      if (answered && !cut) return void client.write(data)
      cut = true
      trigger = undefined
      for (const socket of sockets) socket.destroy()
    })
  })

  async function comeBack() {
    if (server.listening) return
    server.listen(path)
    await once(server, 'listening')
  }

  async function goAway() {
    for (const socket of sockets) socket.destroy()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }

  await comeBack()
  return {
    path,
    cutAfter(request) {
      trigger = request
    },
    mend() {
      cut = false
      trigger = undefined
    },
    goAway,
    comeBack,
    close: goAway
  }
}
