/** Finds git-lfs pointers: small text files in place of the real files. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Tree } from './tree.ts'

const START = 'version https://git-lfs.github.com/spec/'
/** Size of a pointer in bytes; it has a few lines, and is larger only with extensions. */
const SMALLEST = 100
const LARGEST = 1024
const MAX_READ = 2000
/** Limit of pointers with their own finding; the others share one. */
const MAX_NAMED = 20
/** Text files, which git-lfs does not store; most small files are text files. */
const SOURCE = /\.(?:py|pyi|toml|md|rst|css|js|mjs|ts|tsx|html?|ya?ml|cfg|ini|sh)$/i

export async function lfsInTree(tree: Tree): Promise<Finding[]> {
  const candidates = [...tree.paths]
    .filter(path => {
      const size = tree.size(path)
      return size >= SMALLEST && size <= LARGEST && !SOURCE.test(path)
    })
    .slice(0, MAX_READ)
  const pointers: string[] = []
  for (const path of candidates) {
    const bytes = await tree.bytes(path)
    if (bytes && isLfsPointer(bytes)) pointers.push(path)
  }
  const findings = pointers.slice(0, MAX_NAMED).map(pointerFinding)
  const more = pointers.length - MAX_NAMED
  if (more > 0) {
    const message = t`${more} more files are pointers of git-lfs: run \`git lfs pull\`.`
    findings.push({ rule: 'lfs-pointer', severity: 'error', message })
  }
  return findings
}

export function isLfsPointer(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, START.length)) === START
}

function pointerFinding(file: string): Finding {
  const message = t`${file} is a pointer of git-lfs, not the file itself: run \`git lfs pull\`.`
  return { rule: 'lfs-pointer', severity: 'error', message, file }
}
