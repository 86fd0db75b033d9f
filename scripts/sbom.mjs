/** The bill of materials of a release: every package it is built from and with, its version, hash and licence (CycloneDX). */
import { execFileSync } from 'node:child_process'
import { root } from './packaging.mjs'

/** Its text; read from the lock file, so that it is the same on every system. */
export function billOfMaterials() {
  const windows = process.platform === 'win32'
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: windows }
  return execFileSync(windows ? 'npm.cmd' : 'npm', words, options)
}
