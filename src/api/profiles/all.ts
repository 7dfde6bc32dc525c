import type { Profile } from '../profile.ts'
import { type OpenstackSwitches, openstackWith } from './openstack.ts'
import { type OtcSwitches, otcWith } from './otc.ts'

/** What an operator may choose about the flavours; nothing chosen: what the specification recommends. */
export interface FlavourSwitches {
  readonly otc?: OtcSwitches
  readonly openstack?: OpenstackSwitches
}

/** The flavours there are. */
export function profilesWith({ otc = {}, openstack = {} }: FlavourSwitches): readonly [Profile, ...Profile[]] {
  return [otcWith(otc), openstackWith(openstack)]
}
