import { type Agent, startAgent } from '../../src/agent/agent.ts'
import { SimulatedDriver } from '../../src/agent/drivers/simulated/driver.ts'
import { systemClock } from '../../src/main/world.ts'
import type { TestCloud } from './cloud.ts'
import { QuietLog } from './quiet-log.ts'

/** An agent that makes a cloud's gateways true in memory, as a healthy host would. */
export class TestAgent {
  readonly driver = new SimulatedDriver({ clock: systemClock })
  readonly #agent: Agent

  constructor({ server }: TestCloud) {
    this.#agent = startAgent({
      driver: this.driver,
      controlPlane: server.controlPlane,
      clock: systemClock,
      random: Math.random,
      log: new QuietLog(),
    })
  }

  async close(): Promise<void> {
    await this.#agent.close()
    await this.driver.close()
  }
}
