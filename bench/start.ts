import { Service } from '../test/support/service.ts'
import { type Spread, spread } from './statistics.ts'

const runs = 7

/** From the start of the compiled program to its first answer, on an installation that began before. */
export async function benchStart(): Promise<Spread> {
  const service = await Service.open()
  try {
    const times: number[] = []
    for (let run = 0; run < runs; run += 1) {
      await service.stop()
      const begun = performance.now()
      await service.start()
      await service.health()
      times.push(performance.now() - begun)
    }
    return spread(times)
  } finally {
    await service.close()
  }
}
