import { type Conversation, put } from './exchange.ts'
import { logInToDomain } from './log-in.ts'

/**
 * What the recorded clients ask for and is not answered yet. The test that replays these fails as soon as one is answered:
 * then it goes into its client's conversation, at the place given here.
 */
export const awaited: readonly Conversation[] = [
  {
    // After the first log-in.
    client: 'terraform-provider-opentelekomcloud',
    flavour: 'otc',
    decodesInGo: true,
    exchanges: [logInToDomain],
  },
  {
    // After each object is made whose configuration has tags; there with the ids of its own objects.
    client: 'terraform-provider-openstack',
    flavour: 'openstack',
    decodesInGo: true,
    exchanges: [put('/networks/{external}/tags', { tags: ['acceptance'] }, { answer: { tags: ['acceptance'] } })],
  },
]
