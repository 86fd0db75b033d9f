/** Which Docker runs apps: the one the docker command uses, or one the user chose. */
import { z } from 'zod'
import { t } from './language.ts'

/** Why a text is not an address of a Docker on this computer, and what to do; undefined if it may be one. */
export function dockerAddressProblem(text: string): readonly [problem: string, remedy: string] | undefined {
  if (text === 'auto' || /^context:[^\s/]{1,200}$/.test(text)) return undefined
  if (/^unix:\/\/\/.+/.test(text) || /^npipe:\/\/\/\/\.\/pipe\/.+/.test(text)) return undefined
  const url = /^(tcp|https?):\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined
  const isHere = url !== undefined && isLoopback(url.hostname)
  if (isHere && !url.username && !url.password) return undefined
  if ((url && !isHere) || text.startsWith('ssh://')) {
    return [
      t`Apps run in folders of this computer, and a Docker on another one cannot see them.`,
      t`Choose a Docker of this computer. To run apps over there, use q8s there: "q8s-cli ui".`
    ]
  }
  return [
    t`This is not the address of a Docker.`,
    t`Write auto, context:NAME, unix:///path/docker.sock, npipe:////./pipe/docker_engine or
      tcp://localhost:2375.`
  ]
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}

/** `auto`, `context:NAME`, or the address of a Docker on this computer. */
export const DockerAddress = z
  .string()
  .max(1000)
  .superRefine((text, context) => {
    const problem = dockerAddressProblem(text)
    if (problem) context.addIssue({ code: 'custom', message: problem.join(' ') })
  })

/** A Docker that may be on this computer, and whether it answers. */
export const DockerFound = z.object({
  /** The address to choose it by. */
  address: z.string(),
  /** `Automatic`, `Podman of this user`. */
  name: z.string(),
  /** Its current URL; absent if it is unknown. */
  url: z.string().optional(),
  answers: z.boolean(),
  /** What answers, with its version; otherwise why nothing answers. */
  message: z.string(),
  hint: z.string().optional(),
  /** The settings select it. */
  chosen: z.boolean()
})
export type DockerFound = z.infer<typeof DockerFound>
