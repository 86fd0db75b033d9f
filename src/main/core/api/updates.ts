/** The updates of the contract, bound to the host's service. */
import type { UpdatesService } from '../host/updates.ts'
import { os } from './context.ts'

export function updatesRouter(updates: UpdatesService) {
  return os.updates.router({
    state: os.updates.state.handler(() => updates.state()),
    look: os.updates.look.handler(({ signal }) => updates.look(signal)),
    fetch: os.updates.fetch.handler(() => updates.fetch()),
    installOnQuit: os.updates.installOnQuit.handler(({ input }) => updates.installOnQuit(input.wanted))
  })
}
