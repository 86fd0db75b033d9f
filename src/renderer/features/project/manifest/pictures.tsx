/** The icon and screenshots from static/ that the catalog would show. */
import { useQuery } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import type { Picture as PictureFile } from '#shared/project.ts'
import { useHost } from '../../../host/client.ts'
import { useProjectFiles } from '../../../manifest/manifest.ts'
import { Picture } from '../../../ui/picture.tsx'
import { Bytes } from '../../../ui/text.tsx'
import styles from './form.module.css'

const HELP = t`From static/: an icon (a PNG file starting with icon)
  and screenshots (files starting with screenshot).`

export function Pictures({ path }: { path: string }) {
  const { orpc } = useHost()
  // Read again whenever the project's files are read.
  const seen = useProjectFiles(path).dataUpdatedAt
  const { data: pictures } = useQuery({
    ...orpc.projects.pictures.queryOptions({ input: { path } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    queryKey: [...orpc.projects.pictures.queryKey({ input: { path } }), seen]
  })
  if (!pictures) return null
  const icon = pictures.find(({ role }) => role === 'icon')
  const shots = pictures.filter(({ role }) => role === 'screenshot')
  return (
    <>
      <p className={styles.help}>{HELP}</p>
      <ul className={styles.pictures} aria-label={t`Pictures`}>
        {icon ? (
          <Shown picture={icon} width={96} height={96} />
        ) : (
          <li className={styles.noPicture}>{t`No icon`}</li>
        )}
        {shots.map(shot => (
          <Shown key={shot.file} picture={shot} width={200} height={120} />
        ))}
        {shots.length === 0 ? <li className={styles.noPicture}>{t`No screenshots`}</li> : null}
      </ul>
    </>
  )
}

function Shown({ picture, width, height }: { picture: PictureFile; width: number; height: number }) {
  const { file, data, size } = picture
  return (
    <li className={styles.picture}>
      {data ? <Picture data={data} name={file} width={width} height={height} /> : <em>{t`Not a picture`}</em>}
      <span title={file}>
        <bdi>{file.replace(/^static\//, '')}</bdi>
      </span>
      <span>
        {picture.width ? `${picture.width} × ${picture.height}, ` : ''}
        <Bytes value={size} />
      </span>
    </li>
  )
}
