import { ofStatements } from './statements.ts'

/** The VLAN of a network; null: none. */
export const providerSegments = ofStatements([`alter table network add column provider_segmentation_id integer`])
