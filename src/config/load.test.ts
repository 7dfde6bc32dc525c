import { describe, expect, it } from 'vitest'
import { ConfigurationError, loadSettings, parseListen } from './load.ts'
import { parseQuotas } from './quotas.ts'

const file = (text: string) => ({ path: 'sallyport.yaml', text })

describe('settings', () => {
  it('are the defaults when nobody says anything', () => {
    expect(loadSettings({})).toEqual({
      listen: '127.0.0.1:9696',
      tls_min_version: 'TLSv1.2',
      allow_plain_http: false,
      trusted_proxies: '127.0.0.0/8, ::1',
      rate_limit_per_minute: 6_000,
      identity_mode: 'builtin',
      driver: 'strongswan',
      flavour: 'otc',
      physical_networks: {},
      host_router: false,
      audit_retention_days: 90,
      log_level: 'info',
      otc_dpd_configurable: false,
      otc_allow_aggressive: false,
      otc_mask_psk: false,
      openstack_no_sha1_no_3des: false,
    })
  })

  it.each([
    ['true', true],
    ['Yes', true],
    ['1', true],
    ['off', false],
    ['0', false],
  ])('a switch is read from the word %s of the environment', (word, value) => {
    expect(loadSettings({ SALLYPORT_OTC_MASK_PSK: word }).otc_mask_psk).toBe(value)
  })

  it('a switch is a YAML boolean in the file, and the environment wins', () => {
    const given = file('otc_mask_psk: true\notc_allow_aggressive: true')
    expect(loadSettings({ SALLYPORT_OTC_MASK_PSK: 'no' }, given)).toMatchObject({
      otc_mask_psk: false,
      otc_allow_aggressive: true,
    })
  })

  it('quotas are read as names and numbers, or refused with what they can be', () => {
    expect(parseQuotas('otc_quotas', undefined)).toEqual({})
    expect(parseQuotas('otc_quotas', 'vpnservice=10, ipsec_site_connection = -1,')).toEqual({
      vpnservice: 10,
      ipsec_site_connection: -1,
    })
    for (const wrong of ['vpnservices=1', 'vpnservice', 'vpnservice=-2', 'vpnservice=x', 'vpnservice=9999999999']) {
      expect(() => parseQuotas('otc_quotas', wrong)).toThrow(
        `otc_quotas (SALLYPORT_OTC_QUOTAS) has '${wrong}'; it has to be name=number`,
      )
    }
  })

  it('may be grouped in the file, but not be said twice', () => {
    const grouped = file('identity:\n  mode: keystone\n  url: https://keystone.example.org')
    expect(loadSettings({}, grouped)).toMatchObject({
      identity_mode: 'keystone',
      identity_url: 'https://keystone.example.org',
    })
    const twice = file('identity_mode: builtin\nidentity: {mode: keystone}')
    expect(() => loadSettings({}, twice)).toThrow('sallyport.yaml says identity_mode twice')
    const mistyped = file('identity: {modus: keystone}')
    expect(() => loadSettings({}, mistyped)).toThrow('identity_modus is no setting; did you mean identity_mode?')
  })

  it('physical networks are a map in the file and a list in the environment', () => {
    const map = file('physical_networks:\n  uplink: br-ex\n  trunk: eth1.7')
    expect(loadSettings({}, map).physical_networks).toEqual({ uplink: 'br-ex', trunk: 'eth1.7' })
    expect(loadSettings({ SALLYPORT_PHYSICAL_NETWORKS: ' lab = eth2, office=br0,' }, map).physical_networks).toEqual({
      lab: 'eth2',
      office: 'br0',
    })
    for (const wrong of [
      'uplink',
      'uplink=a=b',
      'up link=eth0',
      'uplink=',
      'uplink=eth0/1',
      'a=longer-than-15-c',
      'a=..',
      'a=b,a=c',
      'host=eth0',
    ]) {
      expect(() => loadSettings({ SALLYPORT_PHYSICAL_NETWORKS: wrong }), wrong).toThrow(
        /^physical_networks \(SALLYPORT_PHYSICAL_NETWORKS\) is '.*'; it has to be a map of names/,
      )
    }
    expect(() => loadSettings({ SALLYPORT_PHYSICAL_NETWORKS: 'a=eth0, b=eth0' })).toThrow(
      'physical_networks (SALLYPORT_PHYSICAL_NETWORKS) has eth0 as a and as b; a device can be one physical network',
    )
  })

  it('come from the file, and the environment wins', () => {
    const settings = loadSettings({ SALLYPORT_FLAVOUR: 'openstack' }, file('flavour: otc\nlisten: 127.0.0.1:1'))
    expect(settings).toMatchObject({ flavour: 'openstack', listen: '127.0.0.1:1' })
  })

  it('of numbers come from the environment as well', () => {
    expect(loadSettings({ SALLYPORT_AUDIT_RETENTION_DAYS: '0' })).toMatchObject({ audit_retention_days: 0 })
  })

  it.each([
    [
      { SALLYPORT_DRIVER: 'magic' },
      undefined,
      "driver (SALLYPORT_DRIVER) is 'magic'; it can be strongswan or simulated",
    ],
    [{ SALLYPORT_FLAVOR: 'otc' }, undefined, 'SALLYPORT_FLAVOR is no setting; did you mean SALLYPORT_FLAVOUR?'],
    [
      { SALLYPORT_AUDIT_RETENTION_DAYS: '-1' },
      undefined,
      "audit_retention_days (SALLYPORT_AUDIT_RETENTION_DAYS) is '-1'; it has to be a whole number from 0 to 36500",
    ],
    [{}, 'audit_retention_days: a year', 'it has to be a whole number from 0 to 36500'],
    [{}, 'flavor: otc', 'sallyport.yaml: flavor is no setting; did you mean flavour?'],
    [{}, '- one', 'sallyport.yaml has to be a map of settings'],
    [{}, 'listen: [', 'sallyport.yaml is no YAML'],
    [
      { SALLYPORT_OTC_MASK_PSK: 'perhaps' },
      undefined,
      "otc_mask_psk (SALLYPORT_OTC_MASK_PSK) is 'perhaps'; it can be true or false",
    ],
    [{}, 'listen: 9696', "listen (SALLYPORT_LISTEN) is '9696'; it has to be a text"],
  ])('%o and %s are refused with the place and what is possible', (environment, text, words) => {
    const load = () => loadSettings(environment, text === undefined ? undefined : file(text))
    expect(load).toThrow(ConfigurationError)
    expect(load).toThrow(words)
  })

  it('an address to listen at is read or refused', () => {
    expect(parseListen('[::1]:80')).toEqual({ host: '::1', port: 80 })
    expect(() => parseListen('9696')).toThrow('it has to be address:port')
    expect(() => parseListen('127.0.0.1:99999')).toThrow('it has to be address:port')
  })
})
