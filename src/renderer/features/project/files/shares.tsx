/** Who takes the room in a bundle: one bar for all of it, the largest parts named. */
import { useMemo } from 'react'
import { sharesOf, type TreeNode } from '../../../lib/file-tree.ts'
import { Bytes, Name } from '../../../ui/text.tsx'
import styles from './files.module.css'

const MOST = 4

export function Shares({ roots, total }: { roots: readonly TreeNode[]; total: number }) {
  const { shares, rest } = useMemo(() => sharesOf(roots, MOST), [roots])
  const parts = rest.size > 0 ? [...shares, rest] : shares
  if (total === 0 || parts.length === 0) return null
  return (
    <div className={styles.shares}>
      <div className={styles.sharesBar} aria-hidden="true">
        {parts.map(({ name, size }, index) => (
          <span key={name} data-part={index} style={{ flexGrow: size / total }} />
        ))}
      </div>
      <ul className={styles.sharesList} aria-label="What takes the room">
        {parts.map(({ name, size }, index) => (
          <li key={name}>
            <span className={styles.dot} data-part={index} aria-hidden="true" />
            <Name>{name}</Name>
            <span className={styles.dim}>
              <Bytes value={size} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
