import { expect, it } from 'vitest'
import { strongswanConf, tunnelDevice } from './translate-settings.ts'

const settings = { aggressiveMode: false, retransmission: { timeoutSeconds: 0.5, base: 1.5, tries: 5 }, mtu: 1500 }

it('loads user-space ESP before the kernel interface, and only where the kernel has none', () => {
  expect(strongswanConf(settings, 'user-space')).toMatch(/load = .* kernel-libipsec kernel-netlink /)
  expect(strongswanConf(settings, 'kernel')).not.toMatch(/load = .*kernel-libipsec/)
})

it('says when to repeat messages', () => {
  const text = strongswanConf(settings, 'kernel')
  expect(text).toContain('retransmit_timeout = 0.5\n')
  expect(text).toContain('retransmit_base = 1.5\n')
  expect(text).toContain('retransmit_tries = 5\n')
})

it('answers aggressive mode only when asked to', () => {
  const option = 'i_dont_care_about_security_and_use_aggressive_mode_psk'
  expect(strongswanConf(settings, 'kernel')).toContain(`${option} = no\n`)
  expect(strongswanConf({ ...settings, aggressiveMode: true }, 'kernel')).toContain(`${option} = yes\n`)
})

it('limits packets only below what the way carries anyway', () => {
  expect(strongswanConf({ ...settings, mtu: 1450 }, 'kernel')).toMatch(/mtu = 1450\n *mss = 1410\n/)
  expect(strongswanConf({ ...settings, mtu: 1450 }, 'user-space')).not.toContain('mtu =')
})

it('limits the device of user-space ESP', () => {
  expect(tunnelDevice(settings, 'kernel')).toBeUndefined()
  expect(tunnelDevice(settings, 'user-space')).toEqual({ name: 'ipsec0', mtu: 1400 })
  expect(tunnelDevice({ ...settings, mtu: 1300 }, 'user-space')).toMatchObject({ mtu: 1300 })
  expect(tunnelDevice({ ...settings, mtu: 600 }, 'user-space')).toMatchObject({ mtu: 1280 })
})

it('keeps the log at a level that shows no keys', () => {
  expect(strongswanConf(settings, 'kernel')).toMatch(/ default = 1\n/)
})
