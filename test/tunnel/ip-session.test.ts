import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IpSession, IpSessionEnded } from '../../src/linux/ip-session.ts'
import { addNamespace, deleteNamespace } from '../../src/linux/namespaces.ts'
import { routeOf } from '../../src/linux/routes.ts'

const namespace = 'ip-session'
const show = ['route', 'show', 'table', '221']
const route = (network: string) => ['route', 'replace', 'unreachable', network, 'table', '221']

describe('an ip that stays', () => {
  let session: IpSession
  beforeEach(async () => {
    await addNamespace(namespace)
    session = IpSession.open(namespace)
  })
  afterEach(async () => {
    session.close()
    await deleteNamespace(namespace)
  })

  const destinations = async (changes: readonly string[][]) =>
    (await session.ask(changes, show)).map(routeOf).map(({ destination }) => destination)

  it('makes changes and shows what came of them, question after question', async () => {
    expect(await destinations([route('10.1.0.0/24')])).toEqual(['10.1.0.0/24'])
    expect(await destinations([route('10.2.0.0/24'), route('0.0.0.0/0')])).toEqual([
      '0.0.0.0/0',
      '10.1.0.0/24',
      '10.2.0.0/24',
    ])
  })

  it('answers questions asked at once in their order', async () => {
    const asked = Array.from({ length: 20 }, (_, index) => destinations([route(`10.3.${index}.0/24`)]))
    expect((await Promise.all(asked)).map((found) => found.length)).toEqual(asked.map((_, index) => index + 1))
  })

  it('goes on after a change that the kernel refuses, and shows that it is not there', async () => {
    expect(await destinations([route('10.1.0.1/24'), route('10.2.0.0/24')])).toEqual(['10.2.0.0/24'])
  })

  it('fails what is asked of one that ended', async () => {
    await expect(session.ask([['route', 'bogus']], show)).rejects.toThrow(IpSessionEnded)
    await expect(session.ask([], show)).rejects.toThrow(IpSessionEnded)
    expect(session.isOpen).toBe(false)
  })
})
