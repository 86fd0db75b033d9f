/** The bill of materials of a release: every package it is built from and with (CycloneDX, as JSON). */
export function billOfMaterials(): string
