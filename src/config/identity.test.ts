import { describe, expect, it } from 'vitest'
import { identityOf } from './identity.ts'
import { ConfigurationError, loadSettings } from './load.ts'

const complete = {
  SALLYPORT_IDENTITY_MODE: 'keystone',
  SALLYPORT_IDENTITY_URL: 'https://keystone.example.org:5000',
  SALLYPORT_IDENTITY_USERNAME: 'sallyport',
  SALLYPORT_IDENTITY_PASSWORD: 'chosen by hand',
}

describe('the settings about identity', () => {
  it('are the built-in one unless somebody says otherwise', () => {
    expect(identityOf(loadSettings({}))).toEqual({ mode: 'builtin' })
  })

  it('have defaults for what most have alike', () => {
    expect(identityOf(loadSettings(complete))).toEqual({
      mode: 'keystone',
      url: 'https://keystone.example.org:5000/v3',
      username: 'sallyport',
      password: { text: 'chosen by hand' },
      userDomain: 'Default',
      project: 'service',
      projectDomain: 'Default',
      region: 'RegionOne',
      cacheSeconds: 60,
      timeoutSeconds: 5,
      caFile: undefined,
    })
  })

  it.each([
    ['https://k.example.org/v3', 'https://k.example.org/v3'],
    ['https://k.example.org/v3/', 'https://k.example.org/v3'],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000/v3'],
    ['https://k.example.org/identity', 'https://k.example.org/identity/v3'],
  ])('take the address %s', (given, url) => {
    expect(identityOf(loadSettings({ ...complete, SALLYPORT_IDENTITY_URL: given }))).toMatchObject({ url })
  })

  it.each([
    [{ SALLYPORT_IDENTITY_MODE: '' }, 'is of use with a Keystone only; set identity_mode (SALLYPORT_IDENTITY_MODE)'],
    [{ SALLYPORT_IDENTITY_URL: '' }, 'identity_url (SALLYPORT_IDENTITY_URL) is missing; identity_mode keystone needs'],
    [{ SALLYPORT_IDENTITY_URL: 'keystone:5000' }, 'SALLYPORT_IDENTITY_URL) has to be http(s)://host[:port][/path]'],
    [{ SALLYPORT_IDENTITY_URL: 'https://a:hidden@k/' }, 'has to be http(s)://host[:port][/path], without user'],
    [{ SALLYPORT_IDENTITY_USERNAME: '' }, 'identity_username (SALLYPORT_IDENTITY_USERNAME) is missing;'],
    [{ SALLYPORT_IDENTITY_PASSWORD: '' }, 'identity_password_file (SALLYPORT_IDENTITY_PASSWORD_FILE) is missing;'],
    [{ SALLYPORT_IDENTITY_PASSWORD_FILE: '/a' }, 'are both set; leave one of them out'],
    [{ SALLYPORT_ADMIN_PASSWORD: 'hidden' }, 'admin_password (SALLYPORT_ADMIN_PASSWORD) is for the built-in identity'],
    [
      { SALLYPORT_IDENTITY_URL: 'http://k', SALLYPORT_IDENTITY_CA_FILE: '/ca.pem' },
      'identity_ca_file (SALLYPORT_IDENTITY_CA_FILE) needs an address that begins with https://',
    ],
    [{ SALLYPORT_IDENTITY_CACHE_SECONDS: '61' }, 'it has to be a whole number from 0 to 60'],
  ])('with %o are refused with the field and the remedy', (change, words) => {
    const read = () => identityOf(loadSettings({ ...complete, ...change }))
    expect(read).toThrow(ConfigurationError)
    expect(read).toThrow(words)
    expect(read).not.toThrow('hidden')
  })
})
