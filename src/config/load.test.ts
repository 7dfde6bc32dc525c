import { describe, expect, it } from 'vitest'
import { ConfigurationError, loadSettings, parseListen } from './load.ts'

const file = (text: string) => ({ path: 'sallyport.yaml', text })

describe('settings', () => {
  it('are the defaults when nobody says anything', () => {
    expect(loadSettings({})).toEqual({
      listen: '127.0.0.1:9696',
      driver: 'strongswan',
      flavour: 'otc',
      audit_retention_days: 90,
      log_level: 'info',
    })
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
